"""What takes turns in a comparison."""

from measuring import file_bytes, remove, say


class Candidate:
    """One command of a comparison."""

    def __init__(self, name, command, output=None, check=None):
        self.name = name
        self.command = command
        self.output = output  # what it leaves behind
        self.check = check  # fails unless the output is right
        self.runs = []
        self.size = None


class Group:
    """Candidates that do the same, the first of them amber; they take turns."""

    def __init__(self, title, candidates, minima=None):
        self.title = title
        self.candidates = candidates
        self.minima = minima  # of candidates' speed against the first, where all are amber

    def run(self, processes, rounds):
        for number in range(rounds):
            for candidate in self.candidates:
                usage = processes.run(candidate.command)
                say(
                    f"{self.title}, round {number + 1} of {rounds}: {candidate.name}: "
                    f"{usage.wall:.2f} s, CPU {usage.cpu:.2f} s, others {usage.others:.2f} cores"
                )
                candidate.runs.append(usage)
                if candidate.output:
                    if candidate.size is None:
                        candidate.size = file_bytes(candidate.output)
                        candidate.check()
                    remove(candidate.output)

    def named(self, name):
        return next((c for c in self.candidates if c.name == name), None)
