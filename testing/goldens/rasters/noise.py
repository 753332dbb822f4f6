"""Samples that are neither flat nor hard to pack: waves, and noise in every third place."""


class Noise:
    """A linear congruential generator: the same everywhere and for ever."""

    def __init__(self, seed):
        self.state = sum(seed.encode()) * 65537 + len(seed)

    def below(self, count):
        self.state = (self.state * 1103515245 + 12345) % 2**32
        return (self.state >> 8) % count

    def samples(self, count, most):
        """So many samples from 0 to most; both ends are frequent."""
        values, level = [], self.below(most + 1)
        for index in range(count):
            if index % 7 == 0:
                level = [0, most, self.below(most + 1)][self.below(3)]
            values.append(min(most, max(0, level + (self.below(most // 8 + 2) if index % 3 == 0 else 0))))
        return values

    def bytes(self, count):
        return bytes(self.samples(count, 255))
