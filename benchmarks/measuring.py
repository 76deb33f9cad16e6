"""What the comparisons share: processes and what they take, real data, and facts of the machine."""

import argparse
import contextlib
import hashlib
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import shlex
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
MIB = 1 << 20
TICKS = os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """Ends the comparison with a message."""


class Stopped(BaseException):
    """A signal asked to stop."""

    def __init__(self, number):
        self.number = number


# ---- processes


class Signals:
    """Turns signals to stop into an exception, but not where that would lose a process."""

    NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self):
        self.holding = False
        self.number = None
        for number in self.NUMBERS:
            signal.signal(number, self.arrived)

    def arrived(self, number, _):
        self.ignore()
        self.number = number
        if not self.holding:
            raise Stopped(number)

    @contextlib.contextmanager
    def held(self):
        self.holding = True
        try:
            yield
        finally:
            self.holding = False
        if self.number:
            raise Stopped(self.number)

    def ignore(self):
        """From now on nothing disturbs the cleaning up."""
        for number in self.NUMBERS:
            signal.signal(number, signal.SIG_IGN)


class Usage:
    """What one run took."""

    def __init__(self, wall, cpu, rss, others):
        self.wall = wall  # seconds
        self.cpu = cpu  # user and system seconds of the process and its children
        self.rss = rss  # largest resident set of any of them, in bytes
        self.others = others  # cores that everybody else used meanwhile


class Processes:
    """Starts one process group at a time, and ends it when the comparison is stopped."""

    def __init__(self, log, signals):
        self.log = log
        self.signals = signals
        self.group = None
        # Settings of rivals that a user's environment may hold would change what is compared.
        drop = ("ZSTD_CLEVEL", "ZSTD_NBTHREADS", "TAR_OPTIONS", "GZIP", "XZ_OPT")
        self.environment = {k: v for k, v in os.environ.items() if k not in drop}
        self.environment["LC_ALL"] = "C"
        # A record of tasks of its own, so that what ran here before has no part in the figures.
        self.environment["XDG_STATE_HOME"] = os.path.join(os.path.dirname(log), "state")

    def run(self, command, **variables):
        """Runs a command to its end and returns what it took; fails when it fails."""
        with open(self.log, "wb") as log:
            busy = busy_ticks()
            start = time.monotonic()
            with self.signals.held():
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env={**self.environment, **variables},
                    start_new_session=True,
                )
                self.group = process.pid
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - start
            self.group = None
            process.returncode = os.waitstatus_to_exitcode(status)
            busy = busy_ticks() - busy
        if process.returncode != 0:
            with open(self.log, "rb") as log:
                said = log.read()[-2000:].decode(errors="replace").strip()
            raise Failure(f"{shlex.join(command)}: exit {process.returncode}\n{said}")
        cpu = usage.ru_utime + usage.ru_stime
        others = max(0.0, (busy / TICKS - cpu) / wall)
        return Usage(wall, cpu, usage.ru_maxrss * 1024, others)

    def stop(self):
        """Ends what is running, politely first."""
        if self.group is None:
            return
        for number, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
            try:
                os.killpg(self.group, number)
                end = time.monotonic() + seconds
                while time.monotonic() < end:
                    if os.waitpid(self.group, os.WNOHANG)[0]:
                        # The leader is gone; what it started and left behind goes as well.
                        os.killpg(self.group, signal.SIGKILL)
                        return
                    time.sleep(0.05)
            except (ProcessLookupError, ChildProcessError):
                return


def busy_ticks():
    """Clock ticks that all processors spent working since the start of the system."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _, _, irq, softirq, steal = map(int, stat.readline().split()[1:9])
    return user + nice + system + irq + softirq + steal


def output_of(*command):
    """What a command says, or nothing."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError:
        return ""
    return done.stdout.decode(errors="replace").strip()


def tool(name):
    """The path of a tool, or None. mkfs.ext4 is often not on a user's PATH."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


# ---- the disk


def parse_size(text):
    match = re.fullmatch(r"(\d+)([KMGT]?)(i?B)?", text.strip(), re.IGNORECASE)
    if not match:
        raise argparse.ArgumentTypeError(f"{text}: should be a size such as 512M or 4G")
    return int(match[1]) << {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}[match[2].upper()]


def chosen_directories(top):
    """All directories below a directory, mixed: the same order wherever there are the same names."""
    found = []
    for directory, names, files in os.walk(top):
        names.sort()
        relative = os.path.relpath(directory, top)
        found.append((hashlib.sha256(relative.encode(errors="surrogateescape")).digest(), relative))
    return [relative for _, relative in sorted(found)]


def make_disk(processes, work, wanted):
    """An ext4 file system with real files: directories of /usr until there is the wanted data."""
    mkfs = tool("mkfs.ext4")
    if not mkfs:
        raise Failure("mkfs.ext4: not found, --make needs it (package e2fsprogs)")
    say(f"making a disk with {mebibytes(wanted)} MiB of /usr")
    tree = os.path.join(work, "tree")
    top = "/usr"
    size = 0
    turn = 0
    while size < wanted:
        before = size
        for relative in chosen_directories(top):
            target = os.path.join(tree, f"usr-{turn}", relative)
            os.makedirs(target, exist_ok=True)
            size += copy_files(os.path.join(top, relative), target, wanted - size)
            if size >= wanted:
                break
        if size == before:
            raise Failure(f"{top}: has no files to fill a disk with")
        turn += 1
    disk = os.path.join(work, "disk.img")
    with open(disk, "wb") as image:
        # Twice the data: like most disks, it is not full.
        image.truncate((2 * size + 128 * MIB) // MIB * MIB)
    options = ["-q", "-F", "-m", "0", "-U", "00000000-0000-4000-8000-000000000000"]
    processes.run([mkfs, *options, "-d", tree, disk])
    shutil.rmtree(tree)
    return disk, f"ext4 with {mebibytes(size)} MiB of files of /usr" + (
        f", {turn} times over" if turn > 1 else ""
    )


def copy_files(source, target, wanted):
    """Copies the files of one directory, links as links, until there are enough bytes."""
    size = 0
    try:
        entries = sorted(os.scandir(source), key=lambda entry: entry.name)
    except OSError:
        return 0
    for entry in entries:
        try:
            if entry.is_symlink() or entry.is_file():
                shutil.copy2(entry.path, os.path.join(target, entry.name), follow_symlinks=False)
                if not entry.is_symlink():
                    size += entry.stat().st_size
        except OSError:
            continue
        if size >= wanted:
            break
    return size


def read_through(path):
    """Brings a file into the page cache."""
    with open(path, "rb", buffering=0) as file:
        buffer = bytearray(MIB)
        while file.readinto(buffer):
            pass


def forget(path):
    """Takes a file out of the page cache, as far as it is written back."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(MIB):
            digest.update(piece)
    return digest.hexdigest()


def file_bytes(path):
    """The size of a file, or of all files of a directory."""
    if os.path.isdir(path):
        return sum(file_bytes(entry.path) for entry in os.scandir(path))
    return os.path.getsize(path)


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)


# ---- results


def median(values):
    return statistics.median(list(values))


def spread(values):
    values = list(values)
    return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def mebibytes(size):
    return f"{size / MIB:,.0f}"


def machine():
    model = platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as cpuinfo:
        for line in cpuinfo:
            if line.startswith(("model name", "CPU part")):
                model = line.split(":", 1)[1].strip()
                break
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    of = f" of {os.cpu_count()}" if cores != os.cpu_count() else ""
    return f"{model}, {cores}{of} cores, {memory >> 30} GiB, Linux {platform.release()}"


def software(amber):
    java = os.environ.get("AMBER_JAVA") or (
        os.path.join(os.environ["JAVA_HOME"], "bin/java") if os.environ.get("JAVA_HOME") else "java"
    )
    jdk = re.search(r"\(build [^)]*\)", output_of(java, "-version"))
    zstd = re.search(r"v\d[\d.]*", output_of("zstd", "--version"))
    found = [
        output_of(amber, "--version").splitlines()[:1],
        ["JDK " + jdk[0][7:-1]] if jdk else [],
        ["zstd " + zstd[0][1:]] if zstd else [],
        output_of("tar", "--version").splitlines()[:1],
        [" ".join(output_of("openssl", "version").split()[:2])] if tool("openssl") else [],
    ]
    options = os.environ.get("AMBER_JAVA_OPTS")
    return ", ".join(item for items in found for item in items) + (
        f", AMBER_JAVA_OPTS={options}" if options else ""
    )


def commit():
    git = ["git", "-C", ROOT]
    if output_of(*git, "rev-parse", "--is-inside-work-tree") != "true":
        return "unknown"
    changed = output_of(*git, "status", "--porcelain", "--untracked-files=no")
    return output_of(*git, "rev-parse", "--short=12", "HEAD") + (", with changes" if changed else "")


def say(what):
    print(f"{os.path.basename(sys.argv[0])}: {what}", file=sys.stderr, flush=True)
