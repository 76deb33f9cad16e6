"""Amber against itself: what sealing and signing cost."""

from candidates import Candidate, Group
from measuring import remove, say, tool

# How fast amber has to be at least, against itself without that.
SEALED = 0.85
SIGNED = 0.98


class SealedRuns:
    """Runs that seal and sign, with a key made for the comparison."""

    def __init__(self, comparison):
        self.comparison = comparison
        self.amber = comparison.amber
        self.key = comparison.path("key.pem")
        self.certificate = comparison.path("certificate.pem")
        self.sealed = comparison.path("sealed.bin")
        self.signed = comparison.path("signed.bin")
        self.seal = ["--recipient", self.certificate]
        self.open = ["--identity", self.key]
        self.sign = ["--signer", self.key, "--signer-cert", self.certificate]
        self.trust = ["--signer-cert", self.certificate]

    @classmethod
    def prepare(cls, comparison):
        """Makes a key, and what is unpacked; nothing where there is no openssl."""
        if not tool("openssl"):
            say("openssl: not found, so nothing is sealed or signed")
            return None
        runs = cls(comparison)
        say("making a key, and packing the disk sealed and signed")
        new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]
        files = ["-nodes", "-keyout", runs.key, "-out", runs.certificate]
        usage = "keyUsage=critical,digitalSignature,keyAgreement"
        run = comparison.processes.run
        run([*new, *files, "-subj", "/CN=benchmark", "-addext", usage])
        pack = [runs.amber, "pack", "--no-sync"]
        run([*pack, *runs.seal, comparison.disk, runs.sealed])
        run([*pack, *runs.sign, comparison.disk, runs.signed])
        return runs

    def groups(self):
        packs = [
            self.comparison.amber_pack("amber pack", ["--no-sync"]),
            self.pack("amber pack --recipient", self.seal, self.check_sealed),
            self.pack("amber pack --signer", self.sign, self.check_signed),
        ]
        unpacks = [
            self.comparison.amber_unpack("amber unpack", ["--no-sync"]),
            self.unpack("amber unpack --identity", self.open, self.sealed),
            self.unpack("amber unpack --signer-cert", self.trust, self.signed),
        ]
        return [
            Group(f"{verb}, sealed or signed", runs, list(zip(runs[1:], (SEALED, SIGNED))))
            for verb, runs in (("pack", packs), ("unpack", unpacks))
        ]

    def pack(self, name, options, check):
        out = self.comparison.path("disk.bin")
        command = [self.amber, "pack", "--no-sync", *options, self.comparison.disk, out]
        return Candidate(name, command, out, lambda: check(out))

    def unpack(self, name, options, archive):
        out = self.comparison.path("unpacked")
        command = [self.amber, "unpack", "--no-sync", *options, archive, out]
        return Candidate(name, command, out, self.comparison.check_volume(out))

    def check_sealed(self, archive):
        """By amber alone: no stock tool opens it."""
        out = self.comparison.path("check")
        try:
            command = [self.amber, "unpack", "--no-sync", *self.open, archive, out]
            self.comparison.processes.run(command)
            self.comparison.check_volume(out)()
        finally:
            remove(out)

    def check_signed(self, archive):
        self.comparison.check_archive(archive)()
        self.comparison.processes.run([self.amber, "verify", *self.trust, archive])
