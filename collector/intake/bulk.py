"""The MQTT door for many small messages: reads all packets of a buffer at once, answers in bulk.

paho spends over 100 us of CPU on a message, more than all the rest together. This client knows no
more of MQTT than a subscriber needs: one session that the broker keeps, messages of quality 1.
"""

import select
import socket
import ssl
import threading
import time
from collections import deque
from contextlib import suppress
from functools import partial

import structlog

from collector.domain.clock import Clock
from collector.intake.door import (
    IN_FLIGHT,
    SESSION_EXPIRY_S,
    UNSENT,
    Broker,
    Put,
    arrived,
    subscriptions,
)
from collector.intake.packets_in import MalformedError, Packet, PacketSplitter, publish_of
from collector.intake.packets_out import (
    DISCONNECT,
    PINGREQ,
    Kind,
    Session,
    connect_packet,
    puback_packets,
    publish_packet,
    subscribe_packet,
    unsubscribe_packet,
)
from collector.spool.backoff import Backoff

KEEPALIVE_S = 60
FIRST_PAUSE_S, LAST_PAUSE_S = 1.0, 30.0
PART_WITHIN_S = 2.0
"""A broker that is silent for so long after our leave is left."""
_BUFFER_BYTES = 262_144
_LOOK_UP_S = 1.0
_SUBSCRIBE_MID, _UNSUBSCRIBE_MID = 1, 2
_REFUSED = 0x80
_NOT_REACHED = "broker not reached, trying again: is SULUH_MQTT_HOST right, and does it run?"
_log = structlog.get_logger(__name__)


class BulkIntake:
    """Receives between ``start`` and ``stop``; reconnects for ever."""

    def __init__(
        self, broker: Broker, put: Put, clock: Clock, monotonic: Clock = time.monotonic
    ) -> None:
        """``put`` takes a delivery in; while it blocks, nothing more is read (backpressure).

        ``monotonic`` times the keepalive [s].
        """
        self._broker, self._put, self._clock, self._monotonic = broker, put, clock, monotonic
        self._five = broker.protocol == 5
        self._wanted, self._unwanted = subscriptions(broker)
        self._number = 0
        """Of this connection: an acknowledgement goes to the one that brought its message."""
        self._durable: deque[tuple[int, int]] = deque()
        self._unsent: deque[bytes] = deque()
        self._connected = False
        self._heard_s = self._pinged_s = 0.0
        self._ending = threading.Event()
        self._wake, self._woken = socket.socketpair()
        self._wake.settimeout(0.0)
        self._thread = threading.Thread(target=self._run, name="mqtt-bulk", daemon=True)

    def start(self) -> None:
        """Connect in the background; a broker that is not there yet is waited for."""
        self._thread.start()

    def stop(self) -> None:
        """Disconnect. The session stays at the broker: what is not acknowledged comes again."""
        self._ending.set()
        self._look_up()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def connected(self) -> bool:
        """Whether the broker answers now."""
        return self._connected

    def say(self, topic: str, payload: bytes) -> None:
        """Publish, at quality 0, if the broker is there and reads."""
        # To a broker that reads nothing it would pile up.
        if self._connected and len(self._unsent) < UNSENT:
            self._unsent.append(publish_packet(topic, payload, 0, five=self._five))
            if len(self._unsent) == 1:
                self._look_up()

    def _run(self) -> None:
        pauses = Backoff(FIRST_PAUSE_S, LAST_PAUSE_S)
        while not self._ending.is_set():
            try:
                self._session(pauses)
            except MalformedError as error:
                _log.error("the broker sends what is no MQTT", trouble=str(error))
            except Exception as error:
                event = "broker disconnected" if self._connected else _NOT_REACHED
                address = {"host": self._broker.host, "port": self._broker.port}
                _log.warning(event, trouble=str(error) or repr(error), **address)
            self._connected = False
            self._number += 1
            self._ending.wait(pauses.next_s())

    def _session(self, pauses: Backoff) -> None:
        """One connection, from its beginning to its end. Raises OSError or MalformedError."""
        with self._connection() as connection:
            splitter = PacketSplitter()
            connection.sendall(connect_packet(self._asked_for(), five=self._five))
            self._heard_s = self._pinged_s = self._monotonic()
            while not self._ending.is_set():
                may_read = self._wait(connection)
                self._write(connection)
                if may_read:
                    self._read(connection, splitter)
                    pauses.succeeded()
            self._part(connection)

    def _part(self, connection: socket.socket) -> None:
        """Acknowledge the last and take leave; the broker hangs up when it has read all of it.

        Were we to hang up first, it could meet the broken line before our acknowledgements, and
        would send again what is on disk.
        """
        with suppress(OSError):
            self._write(connection)
            connection.sendall(DISCONNECT)
            connection.settimeout(PART_WITHIN_S)
            while connection.recv(_BUFFER_BYTES):
                pass

    def _connection(self) -> socket.socket:
        address = (self._broker.host, self._broker.port)
        plain = socket.create_connection(address, timeout=KEEPALIVE_S)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self._broker.ca_file:
            return plain
        context = ssl.create_default_context(cafile=self._broker.ca_file)
        try:
            return context.wrap_socket(plain, server_hostname=self._broker.host)
        except BaseException:
            plain.close()
            raise

    def _asked_for(self) -> Session:
        return Session(
            self._broker.client_id,
            self._broker.username,
            self._broker.password,
            KEEPALIVE_S,
            SESSION_EXPIRY_S,
            IN_FLIGHT,
        )

    def _wait(self, connection: socket.socket) -> bool:
        """Until there is something to write or to read; returns whether there is to read."""
        # What TLS has decrypted already, no select() sees.
        may_read = isinstance(connection, ssl.SSLSocket) and connection.pending() > 0
        wait_s = 0.0 if may_read else _LOOK_UP_S
        ready, _, _ = select.select([connection, self._woken], [], [], wait_s)
        if self._woken in ready:
            self._woken.recv(_BUFFER_BYTES)
        self._keep_alive(connection)
        return may_read or connection in ready

    def _keep_alive(self, connection: socket.socket) -> None:
        now_s = self._monotonic()
        if now_s - self._heard_s > 1.5 * KEEPALIVE_S:
            raise ConnectionError("the broker answers no more")
        if now_s - self._pinged_s > KEEPALIVE_S / 2 and self._connected:
            connection.sendall(PINGREQ)
            self._pinged_s = now_s

    def _write(self, connection: socket.socket) -> None:
        """Acknowledge what has become durable of this connection's messages, in that order."""
        mids = []
        while self._durable:
            number, mid = self._durable.popleft()
            if number == self._number:
                mids.append(mid)
        told = [self._unsent.popleft() for _ in range(len(self._unsent))]
        if mids or told:
            connection.sendall(puback_packets(mids) + b"".join(told))

    def _read(self, connection: socket.socket, splitter: PacketSplitter) -> None:
        data = connection.recv(_BUFFER_BYTES)
        if not data:
            raise ConnectionError("closed by the broker")
        self._heard_s = self._monotonic()
        for packet in splitter.feed(data):
            self._take(packet, connection)

    def _take(self, packet: Packet, connection: socket.socket) -> None:
        """Do what a packet of the broker's wants done. Raises MalformedError."""
        if packet.kind == Kind.PUBLISH and self._connected:
            found = publish_of(packet, five=self._five)
            delivery = arrived(found.topic, found.payload, self._clock(), found.content_type)
            self._put(delivery, partial(self._acknowledge, self._number, found.mid))
        elif packet.kind == Kind.CONNACK and not self._connected:
            self._let_in(packet)
            connection.sendall(subscribe_packet(self._wanted, _SUBSCRIBE_MID, five=self._five))
            if self._unwanted:
                connection.sendall(unsubscribe_packet(self._unwanted, _UNSUBSCRIBE_MID))
        elif packet.kind == Kind.SUBACK and self._connected:
            codes = packet.body[-len(self._wanted) :]
            if refused := [hex(code) for code in codes if code >= _REFUSED]:
                _log.error("broker lets us not read; is its access list right?", reasons=refused)
        elif packet.kind == Kind.UNSUBACK and self._connected:
            pass  # whether there was such a subscription or not, there is none now
        elif packet.kind == Kind.DISCONNECT and self._five:
            raise ConnectionError(f"the broker says {hex(packet.body[0] if packet.body else 0)}")
        elif packet.kind != Kind.PINGRESP or packet.body:
            raise MalformedError(f"a packet of kind {packet.kind} at the wrong time")

    def _let_in(self, packet: Packet) -> None:
        if len(packet.body) < 2:
            raise MalformedError("an answer to our greeting that ends too early")
        if packet.body[1]:
            said = f"refuses us ({hex(packet.body[1])}): is SULUH_MQTT_USERNAME right?"
            raise ConnectionError(said)
        self._connected = True
        _log.info("broker connected", host=self._broker.host, port=self._broker.port)

    def _acknowledge(self, number: int, mid: int) -> None:
        """Note that a message is durable; called by the thread that made it so."""
        if mid:
            self._durable.append((number, mid))
            if len(self._durable) == 1:
                self._look_up()

    def _look_up(self) -> None:
        with suppress(BlockingIOError):
            self._wake.send(b"\0")
