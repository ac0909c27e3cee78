"""Rows of a registry file that are right alone but cannot all be true."""

from collections.abc import Sequence

from collector.domain.registry_rows import RegistryRow, RowError

_VILLAGE_SPAN_DEG = 0.2  # [K] some 20 km: wider apart, rows of one village are a mistake


def conflicts(rows: Sequence[RegistryRow]) -> list[RowError]:
    """Rows that are right alone but cannot all be true."""
    codes: dict[object, int] = {}
    serials: dict[object, int] = {}
    addresses: dict[object, int] = {}
    villages: dict[str, RegistryRow] = {}
    errors: list[RowError] = []
    for row in rows:
        device = row.assignment
        claims: list[tuple[dict[object, int], object, str]] = [
            (codes, row.system.code, "household"),
            (serials, device.serial, "serial"),
        ]
        if device.gateway and device.unit is not None:
            claims.append((addresses, (device.gateway, device.unit), "unit"))
        for taken, claim, column in claims:
            first = taken.setdefault(claim, row.row)
            if first != row.row:
                errors.append(_twice(row.row, column, first))
        errors += _village_conflicts(row, villages.setdefault(row.village.name, row))
    return errors


def _twice(row: int, column: str, first: int) -> RowError:
    return RowError(
        row,
        column,
        f"sudah dipakai di baris {first}; hapus salah satu atau perbaiki",
        f"already used in row {first}; delete or correct one of them",
    )


def _village_conflicts(row: RegistryRow, first: RegistryRow) -> list[RowError]:
    a, b = row.village, first.village
    columns = [c for c in ("district", "province", "timezone") if getattr(a, c) != getattr(b, c)]
    columns += [
        c
        for c in ("latitude", "longitude")
        if abs(getattr(a, c) - getattr(b, c)) > _VILLAGE_SPAN_DEG
    ]
    return [
        RowError(
            row.row,
            column,
            f"berbeda dari baris {first.row} di desa yang sama ({a.name}); samakan",
            f"differs from row {first.row} of the same village ({a.name}); make them equal",
        )
        for column in columns
    ]
