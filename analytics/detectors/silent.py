"""The device itself is silent: each cause is its own word and its own job."""

import numpy as np

from analytics.detectors.cases import CaseText
from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.silence_reason import (
    BATTERY,
    CABLE,
    CLOCK,
    CUT_AT_NIGHT,
    GATEWAY,
    last_words,
    reasons,
)
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

GATEWAY_DAYS = 6
"""Whole local days without a reading of a gateway and all its systems. Links in the villages drop
for days and come back by themselves with everything they kept; a job is worth a trip only then
[K]."""
ALONE_DAYS = 28
"""One device alone: gaps of weeks end by themselves in the field and one alive system in ten has
one of over 30 days [Aitio & Howey, Joule 5(12) 2021]. Only after four weeks it is likelier dead."""
EMPTY_DAYS = 31
"""A controller that runs from the load output, or whose battery is flat, falls silent with the
light. That is the battery's or the panel's job; only a month of it is the device's."""


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set after 6 silent days of a gateway, 28 of a device alone; clear on a day with data."""
    unheard = table["unheard_days"][:, : day + 1]
    now = unheard[:, -1]
    suspect = now >= GATEWAY_DAYS
    need = np.full(now.shape, np.inf, np.float32)
    volts = np.full(now.shape, np.nan, np.float32)
    hour, reason = volts.copy(), np.zeros_like(volts)
    if suspect.any():
        words = last_words(table, day, suspect)
        volts, hour = words.volts, words.hour
        reason = reasons(table, day, now > 0, words)
        empty = (reason == BATTERY) | (reason == CUT_AT_NIGHT)
        alone = np.where(empty, EMPTY_DAYS, ALONE_DAYS)
        need = np.where(reason == GATEWAY, GATEWAY_DAYS, alone)
    return Findings(
        set=suspect & (now >= need),
        clear=(now == 0) & (table["coverage"][:, day] > 0),
        severity=np.clip(0.4 + 0.02 * np.nan_to_num(now), 0.0, 0.7).astype(np.float32),
        evidence={
            "silent_days": now,
            "systems_silent": np.ones_like(now),
            "reason": reason,
            "last_v": volts,
            "last_h": hour,
        },
    )


DETECTOR = Detector(
    fault="silent",
    title=Text(id="Alat tidak mengirim data", en="Device is silent"),
    because=CaseText(
        id="Tidak ada data selama {silent_days} hari penuh; {systems_silent} sistem diam bersama"
        " (lebih dari satu: periksa gerbang atau jaringan desa dulu).",
        en="No data for {silent_days} whole days; {systems_silent} systems are silent together"
        " (more than one: look at the gateway or the village's network first).",
        by="reason",
        cases={
            BATTERY: Text(
                id="Baterai habis: sebelum diam {silent_days} hari, tegangan terakhir {last_v} V"
                " pukul {last_h}.",
                en="Battery ran flat: silent for {silent_days} days, last words {last_v} V at"
                " {last_h} h.",
            ),
            GATEWAY: Text(
                id="Gerbang mati: {systems_silent} sistem diam {silent_days} hari bersama gerbang"
                " desa.",
                en="Gateway down: {systems_silent} systems silent for {silent_days} days with"
                " their gateway.",
            ),
            CABLE: Text(
                id="Satu alat diam {silent_days} hari, tetapi tetangga di gerbang yang sama"
                " terdengar: kabel atau alamat alat. Tegangan terakhir {last_v} V.",
                en="One device silent for {silent_days} days while others of its gateway are heard:"
                " its cable or address. Last words {last_v} V.",
            ),
            CLOCK: Text(
                id="Jam alat salah: data bertanda waktu yang belum tiba; {silent_days} hari tidak"
                " ada data yang bisa dipakai.",
                en="Clock wrong: readings bear times still to come; nothing usable for"
                " {silent_days} days.",
            ),
            CUT_AT_NIGHT: Text(
                id="Controller padam bersama beban: lebih dulu hanya malam yang hilang, lalu diam"
                " {silent_days} hari. Tegangan terakhir {last_v} V.",
                en="The controller goes off with the load: first only nights were missing, then"
                " {silent_days} days. Last words {last_v} V.",
            ),
        },
    ),
    part=CaseText(
        id="Kabel komunikasi, sekring 10 A, alat pengirim cadangan",
        en="Communication cable, 10 A fuse, a spare transmitter",
        by="reason",
        cases={
            BATTERY: Text(
                id="Baterai 12 V dengan jenis dan Ah yang sama, sekring 10 A, kabel surya",
                en="12 V battery of the same type and Ah, 10 A fuse, solar cable",
            ),
            GATEWAY: Text(
                id="Catu daya 5 V, kartu SIM berpulsa, gerbang cadangan",
                en="5 V supply, a SIM card with credit, a spare gateway",
            ),
            CABLE: Text(
                id="Kabel RS-485, konektor, catatan alamat alat",
                en="RS-485 cable, connectors, the list of device addresses",
            ),
            CLOCK: Text(
                id="Telepon atau laptop untuk menyetel jam, baterai jam CR2032",
                en="Phone or laptop to set the clock, a CR2032 clock cell",
            ),
            CUT_AT_NIGHT: Text(
                id="Baterai 12 V dengan jenis dan Ah yang sama, kabel surya",
                en="12 V battery of the same type and Ah, solar cable",
            ),
        },
    ),
    check=CaseText(
        id="Ukur baterai di terminal controller: 12,2-13,5 V berarti listrik ada, periksa kabel"
        " data dan alat pengirim; di bawah 11 V berarti baterai kosong; 0 V berarti sekring atau"
        " kabel putus.",
        en="Measure the battery at the controller: 12.2-13.5 V means power is there, check the data"
        " cable and the transmitter; below 11 V the battery is empty; 0 V means a fuse or cable.",
        by="reason",
        cases={
            GATEWAY: Text(
                id="Ukur catu gerbang: 5,0-5,2 V (atau 12-14 V di masukannya). Bila ada, periksa"
                " lampu sinyal, pulsa SIM dan antena; bila tidak, sekring dan kabel.",
                en="Measure the gateway's supply: 5.0-5.2 V (or 12-14 V at its input). If it is"
                " there, check the signal light, the SIM's credit and the antenna; if not, fuse"
                " and cable.",
            ),
            CABLE: Text(
                id="Ukur baterai di controller (12,2-13,5 V). Ukur A-B pada RS-485: 0,2-5 V saat"
                " diam; 0 V berarti kabel putus. Cocokkan alamat alat dengan catatan.",
                en="Measure the battery at the controller (12.2-13.5 V) and A-B of the RS-485 line:"
                " 0.2-5 V at rest, 0 V means a broken cable. Compare the device's address with the"
                " list.",
            ),
            CLOCK: Text(
                id="Bandingkan jam alat dengan telepon, setel ke UTC. Baterai jam CR2032 harus di"
                " atas 2,8 V.",
                en="Compare the device's clock with a phone and set it to UTC. Its CR2032 cell"
                " should be above 2.8 V.",
            ),
        },
    ),
    status=SystemStatus.SILENT,
    due_in_days=7.0,
    judge=judge,
)
