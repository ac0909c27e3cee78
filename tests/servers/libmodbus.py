"""A Modbus server by Debian's libmodbus, compiled once a test run: a peer that is not ours."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collector.controllers.controller_map import Words
from tests.servers.left_out import need

_SOURCE = Path(__file__).parent / "libmodbus_server.c"


def compiled(folder: Path) -> Path:
    """The server's program, in ``folder``."""
    program = folder / "libmodbus_server"
    header = need("libmodbus")
    subprocess.run(
        ["cc", "-Wall", "-Werror", f"-I{header.parent}", str(_SOURCE), "-o", str(program),
         "-lmodbus"],
        check=True,
    )  # fmt: skip
    return program


@contextmanager
def libmodbus(program: Path, words: Words, *where: object) -> Iterator[str]:
    """Serve these words; gives what the program says first, its port for ``tcp``."""
    server = subprocess.Popen(
        [str(program), *map(str, where)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin
    assert server.stdout
    try:
        server.stdin.writelines(f"{fn:x} {at:x} {word:x}\n" for (fn, at), word in words.items())
        server.stdin.close()
        said = server.stdout.readline().strip()
        assert said, "the server ended at once"
        yield said
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
