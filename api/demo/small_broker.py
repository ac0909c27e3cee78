"""A broker in Python for the demonstration without mosquitto: loopback only, nothing on disk.

It keeps messages in memory alone; a real installation needs mosquitto.
"""

import asyncio
import signal
import sys

from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig


async def serve(port: int) -> None:
    """Serve MQTT 3.1.1 on the loopback interface until told to stop."""
    config = {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }
    broker = Broker(BrokerConfig.from_dict(config))
    await broker.start()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    await broker.shutdown()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
