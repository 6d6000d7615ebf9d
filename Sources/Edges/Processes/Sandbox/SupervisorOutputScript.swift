/// A part of the supervisor's program. What a program prints, kept up to a limit and told as it comes.
let outputScript = #"""


    class Stream:
        """One end of a program's output, of which the first so many bytes are kept."""

        def __init__(self, pipe):
            self.pipe, self.fd = pipe, pipe.fileno()
            os.set_blocking(self.fd, False)
            self.is_open = True
            self.tell = None
            self.clear()

        def clear(self):
            self.kept, self.told, self.omitted = bytearray(), 0, 0

        def take(self, most=1 << 20):
            room = SETTINGS["output_limit"] - len(self.kept) - self.told
            try:
                if room <= 0:
                    return self.drop(most)
                block = os.read(self.fd, most)
            except BlockingIOError:
                return 0
            self.is_open, count = bool(block), len(block)
            block, self.omitted = block[:room], self.omitted + max(0, len(block) - room)
            if self.tell:
                self.tell(block)
                self.told += len(block)
            else:
                self.kept += block
            return count

        def drop(self, most):
            """What is only counted need not be copied, where Python can say so (3.10)."""
            if not self.omitted:
                try:
                    fcntl.fcntl(self.fd, 1031, 1 << 20)  # F_SETPIPE_SZ
                except OSError:
                    # There are many already; it goes slower.
                    pass
            count = os.splice(self.fd, NULL, most) if hasattr(os, "splice") else len(os.read(self.fd, most))
            self.is_open = count > 0
            self.omitted += count
            return count

        def take_waiting(self):
            """Takes what is in the pipe at this moment, and no more: someone may go on writing."""
            waiting = struct.unpack("i", fcntl.ioctl(self.fd, termios.FIONREAD, b"\0" * 4))[0]
            while waiting > 0 and self.is_open:
                count = self.take(waiting)
                if not count:
                    break
                waiting -= count

        def text(self):
            # A character cut by the limit is dropped, other bytes that are not UTF-8 are replaced.
            text = codecs.getincrementaldecoder("utf-8")("replace").decode(bytes(self.kept), final=not self.omitted)
            if self.omitted:
                text += "\n[output cut: %d of %d bytes left out]\n" % (
                    self.omitted, self.omitted + self.told + len(self.kept))
            self.clear()
            return text


    def collect(streams, ends, deadline):
        """Reads the streams until a descriptor of `ends` has something to say, which is returned."""
        poll = select.poll()
        for stream in streams:
            if stream.is_open:
                poll.register(stream.fd, select.POLLIN)
        for fd in ends:
            poll.register(fd, select.POLLIN)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeIsUp
            ready = {fd for fd, _ in poll.poll(int(left * 1000) + 1)}
            for stream in streams:
                if stream.fd in ready:
                    stream.take()
                    if not stream.is_open:
                        poll.unregister(stream.fd)
            for fd in ends:
                if fd in ready:
                    for stream in streams:
                        stream.take_waiting()
                    return fd
    """#
