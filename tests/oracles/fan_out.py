"""Messages for many, slow and obvious: for each slot the frames whose bits are set, joined."""


def gather(due: list[int], slots: list[int], frames: list[bytes]) -> list[bytes]:
    """What each slot gets; nothing is due to it then."""
    got = []
    for slot in slots:
        got.append(b"".join(frame for n, frame in enumerate(frames) if due[slot] >> n & 1))
        due[slot] = 0
    return got
