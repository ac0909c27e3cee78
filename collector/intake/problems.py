"""What the HTTP door answers when it takes nothing in (RFC 9457), Indonesian first."""

from dataclasses import dataclass

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem; ``retry_after_s`` when the same request may succeed later."""

    slug: str
    status: int
    title: str
    title_en: str
    detail: str
    detail_en: str
    retry_after_s: int | None = None

    def document(self, said: str = "") -> dict[str, str | int]:
        """The body of the answer; ``said`` is what was found, for whoever looks into it."""
        found = {
            "type": f"urn:suluh:problem:{self.slug}",
            "title": self.title,
            "title_en": self.title_en,
            "status": self.status,
            "detail": self.detail,
            "detail_en": self.detail_en,
        }
        return {**found, "found": said} if said else found

    def headers(self) -> dict[str, str]:
        """What the answer says beside its body."""
        found = {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}
        return found | ({"WWW-Authenticate": 'Basic realm="suluh"'} if self.status == 401 else {})


UNKNOWN_SENDER = Problem(
    "unknown-sender",
    401,
    "Pengirim tidak dikenal",
    "Unknown sender",
    "Kirim dengan nama dan kata sandi perangkat atau gateway (HTTP Basic), sama seperti ke broker.",
    "Send with the name and the secret of the device or gateway (HTTP Basic), as for the broker.",
)
ANOTHERS_LOG = Problem(
    "anothers-log",
    403,
    "Log ini milik gateway lain",
    "This log is another gateway's",
    "Tidak ada yang disimpan. Kirim dengan nama dan kata sandi gateway yang membuatnya.",
    "Nothing was kept. Send it with the name and the secret of the gateway that made it.",
)
NOT_YOURS = Problem(
    "not-yours",
    404,
    "Versi ini bukan untuk Anda",
    "This version is not for you",
    "Tanyakan dulu versi mana yang harus dijalankan: GET /api/v1/version.",
    "First ask which version you are to run: GET /api/v1/version.",
)
TOO_SLOW = Problem(
    "too-slow",
    408,
    "Kiriman berhenti di tengah jalan",
    "The upload stalled",
    "Tidak ada yang disimpan. Kirim lagi, atau dalam bagian yang lebih kecil.",
    "Nothing was kept. Send it again, or in smaller parts.",
    5,
)
TOO_LARGE = Problem(
    "too-large",
    413,
    "Kiriman terlalu besar",
    "The upload is too large",
    "Tidak ada yang disimpan. Paling besar 8 MB sekali kirim: bagi per baris, atau pakai "
    "`suluh send-log`.",
    "Nothing was kept. One upload holds 8 MB at most: split it between lines, or use "
    "`suluh send-log`.",
)
UNKNOWN_KIND = Problem(
    "unknown-kind",
    415,
    "Jenis kiriman tidak dikenal",
    "Unknown kind of content",
    "Kirim JSON, CBOR, atau log per baris, boleh dikompresi dengan gzip atau zlib.",
    "Send JSON, CBOR or a log of lines, compressed by gzip or zlib if you like.",
)
TOO_MANY = Problem(
    "too-many-at-once",
    429,
    "Terlalu banyak kiriman sekaligus",
    "Too many uploads at once",
    "Tunggu sampai kiriman sebelumnya dijawab.",
    "Wait until the uploads before this one are answered.",
    2,
)
NO_ROOM = Problem(
    "no-room",
    503,
    "Belum bisa menerima",
    "Nothing can be taken in now",
    "Simpan bacaan di perangkat dan kirim lagi nanti; tidak ada yang hilang.",
    "Keep the readings and send them again later; nothing is lost.",
    30,
)
