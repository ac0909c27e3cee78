"""The one list of words for states and kinds, in Indonesian and English."""

from collections.abc import Mapping
from types import MappingProxyType

from analytics.detectors.detector import Text
from analytics.tickets.ticket import SystemStatus, TicketState
from collector.domain.device import Kind

STATUS_WORDS: Mapping[SystemStatus, Text] = MappingProxyType(
    {
        SystemStatus.OK: Text("Normal", "Normal"),
        SystemStatus.WATCH: Text("Perlu dipantau", "Watch"),
        SystemStatus.FAULT: Text("Gangguan", "Fault"),
        SystemStatus.SILENT: Text("Tidak ada data", "No data"),
        SystemStatus.BLOCKED: Text("Gerbang mati", "Gateway down"),
        SystemStatus.NEW: Text("Belum dinilai", "Not judged yet"),
        SystemStatus.SERVICE: Text("Sedang diperbaiki", "Being repaired"),
    }
)
STATUS_MEANING: Mapping[SystemStatus, Text] = MappingProxyType(
    {
        SystemStatus.OK: Text("Data terbaru menunjukkan sistem sehat.", "Healthy on fresh data."),
        SystemStatus.WATCH: Text(
            "Menuju buruk, tetapi lampu masih menyala.", "The trend is bad, but there is light."
        ),
        SystemStatus.FAULT: Text("Rusak atau gelap.", "Failed or dark."),
        SystemStatus.SILENT: Text(
            "Alat pengirim data di rumah ini diam.", "The device in this house is silent."
        ),
        SystemStatus.BLOCKED: Text(
            "Tidak dinilai: gerbang desa sedang diam.", "Not judged: the village gateway is silent."
        ),
        SystemStatus.NEW: Text("Data belum cukup hari.", "Too few days of data to judge."),
        SystemStatus.SERVICE: Text(
            "Sedang dikerjakan; peringatan ditahan.", "Work is going on; alarms are muted."
        ),
    }
)
TICKET_STATE_WORDS: Mapping[TicketState, Text] = MappingProxyType(
    {
        TicketState.NEW: Text("Baru", "New"),
        TicketState.ASSIGNED: Text("Ditugaskan", "Assigned"),
        TicketState.IN_PROGRESS: Text("Dikerjakan", "In progress"),
        TicketState.WAITING_PARTS: Text("Menunggu suku cadang", "Waiting for parts"),
        TicketState.DONE: Text("Selesai, menunggu bukti", "Done, awaiting proof"),
        TicketState.VERIFIED: Text("Terverifikasi", "Verified"),
        TicketState.REOPENED: Text("Dibuka lagi", "Reopened"),
    }
)
EVENT_WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "raised": Text("Tiket dibuka", "Ticket opened"),
        "updated": Text("Bukti diperbarui", "Evidence updated"),
        "closed": Text("Tiket ditutup", "Ticket closed"),
        "reopened": Text("Tiket dibuka lagi", "Ticket reopened"),
    }
)
KIND_WORDS: Mapping[Kind, Text] = MappingProxyType(
    {
        Kind.HOME: Text("Rumah tangga", "Household"),
        Kind.STREET_LIGHT: Text("Lampu jalan", "Street light"),
        Kind.FACILITY: Text("Fasilitas umum", "Public facility"),
    }
)
