"""Every kind of problem a caller can meet: stable type, status and words (RFC 9457).

The type is ``/masalah/<slug>``, a page in both languages. A slug never changes its meaning.
"""

from dataclasses import dataclass

from analytics.detectors.detector import Text

TYPE_PREFIX = "/masalah/"


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem; ``remedy`` tells what the caller can do about it."""

    slug: str
    status: int
    title: Text
    remedy: Text

    @property
    def type(self) -> str:
        """The type URI, relative to this server."""
        return TYPE_PREFIX + self.slug


class ProblemError(Exception):
    """A request that cannot be served, with words for the person or program that made it."""

    def __init__(self, problem: Problem, detail: Text, **extras: object) -> None:
        """``extras`` become members of the problem document; they must be JSON values."""
        super().__init__(detail.en)
        self.problem = problem
        self.detail = detail
        self.extras = extras


INVALID_REQUEST = Problem(
    "invalid-request",
    422,
    Text("Permintaan tidak sah", "Invalid request"),
    Text(
        "Perbaiki isian yang disebut, lalu kirim lagi.",
        "Correct the values that are named, then send it again.",
    ),
)
UNKNOWN_SYSTEM = Problem(
    "unknown-system",
    404,
    Text("Kode rumah tidak terdaftar", "Unknown house code"),
    Text(
        "Cocokkan kode dengan label di rumah, atau cari lewat desanya.",
        "Compare the code with the label on the house, or look for it by its village.",
    ),
)
MISTYPED_CODE = Problem(
    "mistyped-house-code",
    404,
    Text("Kode rumah salah ketik", "Mistyped house code"),
    Text(
        "Huruf atau angka terakhir memeriksa yang lain: ada satu yang tidak cocok. "
        "Bacalah lagi label di rumah.",
        "The last character checks the others, and one of them does not fit. "
        "Read the label on the house again.",
    ),
)
UNKNOWN_TICKET = Problem(
    "unknown-ticket",
    404,
    Text("Tiket tidak ada", "Unknown ticket"),
    Text(
        "Periksa nomornya, atau lihat daftar pekerjaan.",
        "Check the number, or look at the list of jobs.",
    ),
)
UNKNOWN_LETTER = Problem(
    "unknown-letter",
    404,
    Text("Surat tidak ada", "Unknown letter"),
    Text("Periksa nomornya di daftar surat.", "Check the number in the list of letters."),
)
OPERATORS_ONLY = Problem(
    "operators-only",
    403,
    Text("Hanya untuk operator", "For operators only"),
    Text(
        "Kirim Authorization: Bearer dengan token operator.",
        "Send Authorization: Bearer with the operators' token.",
    ),
)
NOT_FOUND = Problem(
    "not-found",
    404,
    Text("Halaman tidak ditemukan", "Page not found"),
    Text("Periksa alamatnya, atau mulai dari depan.", "Check the address, or start at the front."),
)
METHOD_NOT_ALLOWED = Problem(
    "method-not-allowed",
    405,
    Text("Cara ini tidak dilayani", "Method not allowed"),
    Text("Versi ini hanya bisa dibaca (GET).", "This version can only be read (GET)."),
)
UNAVAILABLE = Problem(
    "unavailable",
    503,
    Text("Data sedang tidak terjangkau", "Data out of reach for now"),
    Text(
        "Penyimpan data sedang tidak menjawab. Coba lagi sebentar lagi.",
        "A data server does not answer. Try again in a little while.",
    ),
)
INTERNAL = Problem(
    "internal-error",
    500,
    Text("Suluh mengalami kesalahan", "Suluh made a mistake"),
    Text(
        "Ini kesalahan kami, bukan Anda. Coba lagi; bila tetap terjadi, laporkan jam kejadiannya.",
        "This is our fault, not yours. Try again; if it stays, report the time it happened.",
    ),
)
PROBLEMS: dict[str, Problem] = {
    p.slug: p
    for p in (
        INVALID_REQUEST,
        UNKNOWN_SYSTEM,
        MISTYPED_CODE,
        UNKNOWN_TICKET,
        UNKNOWN_LETTER,
        OPERATORS_ONLY,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        UNAVAILABLE,
        INTERNAL,
    )
}
BY_STATUS: dict[int, Problem] = {404: NOT_FOUND, 405: METHOD_NOT_ALLOWED, 422: INVALID_REQUEST}
