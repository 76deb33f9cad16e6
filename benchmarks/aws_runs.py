"""The server that compare-aws measures against, and the clients that it runs."""

import json
import os
import shlex
import subprocess

from measuring import ROOT, Failure, say, tool

BUCKET = "benchmark"
JAR = os.path.join(ROOT, "benchmarks/target/amber-benchmarks.jar")
KEY = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def java():
    home = os.environ.get("JAVA_HOME")
    return os.environ.get("AMBER_JAVA") or (os.path.join(home, "bin/java") if home else "java")


def build(processes, amber):
    """Builds what is measured, and returns the options that the launcher gives to Java."""
    say("building")
    maven = [os.path.join(ROOT, "mvnw"), "-q", "-B", "-Dquick", "-f", ROOT]
    processes.run([*maven, "-pl", "benchmarks", "-am", "package"])
    # The launcher's last act is to run Java; this one prints what it is given.
    said = subprocess.run(
        [amber, "pack", "snap-0", "s3://bucket/"],
        env={**os.environ, "AMBER_JAVA": tool("echo")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout.decode()
    options = shlex.split(said)
    return options[: options.index("-jar")]


class Case:
    """One command under one set of conditions."""

    def __init__(self, name, conditions, command, quota=0, blocks=None, size=None, output=None):
        self.name = name
        self.conditions = conditions
        self.command = command
        self.quota = quota
        self.blocks = blocks  # how many it moves, if it does not say so itself
        self.size = size  # of the file that it copies, if it does
        self.output = output  # what it leaves behind
        self.runs = []


class Run:
    """What one run took: the client's process, what it said, and what the server counted."""

    def __init__(self, usage, result):
        self.usage = usage
        self.result = result
        self.server = None

    def others(self):
        """Cores that neither the client nor the server used."""
        return max(0.0, self.usage.others - self.server["cpuSeconds"] / self.usage.wall)


class Server:
    """The discard-and-serve server. It ends when its stdin does, so also when we are killed."""

    def __init__(self, disk, text_blocks, store):
        options = ["-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=4g", "-cp", JAR]
        self.process = subprocess.Popen(
            [java(), *options, "amber.benchmark.server.DiscardServer", disk, str(text_blocks), store],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.facts = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise Failure("the server ended, its last words are above")
        return json.loads(line)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.answer()

    def set(self, **conditions):
        self.say(" ".join(["set", *(f"{name}={value}" for name, value in conditions.items())]))

    def stats(self):
        return self.say("stats")

    def close(self):
        try:
            self.process.stdin.close()
            self.process.wait(20)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


class Client:
    """Runs one client after the other, each as a process of its own."""

    def __init__(self, processes, server, flags, work):
        self.processes = processes
        self.server = server
        facts = server.facts
        self.flags = [
            *flags,
            "-Djavax.net.ssl.trustStore=" + facts["trustStore"],
            "-Djavax.net.ssl.trustStorePassword=" + facts["trustStorePassword"],
        ]
        config = os.path.join(work, "aws-config")
        with open(config, "w", encoding="ascii") as file:
            file.write("[default]\ns3 =\n  addressing_style = path\n")
        self.variables = {
            **KEY,
            # Of the HTTP client that Amber uses, and of the aws command.
            "SSL_CERT_FILE": facts["certificate"],
            "AWS_CA_BUNDLE": facts["certificate"],
            "AWS_CONFIG_FILE": config,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def java(self, main, *arguments):
        command = [java(), *self.flags, "-cp", JAR, "amber.benchmark.aws." + main]
        return [*command, *map(str, arguments), "--endpoint", self.server.facts["endpoint"]]

    def amber(self, *arguments):
        return self.java("AmberRun", *arguments)

    def command(self, amber, *arguments):
        return [amber, *arguments, "--endpoint-url", self.server.facts["endpoint"]]

    def aws_copy(self, source, target):
        """The stock command, or nothing where there is none."""
        aws = tool("aws")
        if not aws:
            return None
        options = ["--endpoint-url", self.server.facts["endpoint"], "--no-progress"]
        return [aws, "s3", "cp", source, target, *options]

    def run(self, command):
        usage = self.processes.run(command, **self.variables)
        with open(self.processes.log, encoding="utf-8", errors="replace") as log:
            results = [line for line in log if line.startswith("{")]
        return Run(usage, json.loads(results[-1]) if results else {})
