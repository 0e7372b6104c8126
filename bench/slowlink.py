"""A slow link in front of a server on loopback: so many bytes per second each way for all connections together, and so
long a way there and back. A new connection costs a round trip, as a TCP handshake does; of one connection not more is on its
way than Linux' largest send buffer by default."""

import asyncio
import threading

WINDOW_BYTES = 4 << 20
CHUNK_BYTES = 32 << 10


class Direction:
    """What goes one way: a chunk leaves when those before it have left, whichever connection they belong to."""

    def __init__(self, bytes_per_second):
        self.bytes_per_second = bytes_per_second
        self.free_at = 0.0
        self.bytes = 0
        self.left = []

    def leave(self, size, now):
        self.free_at = max(now, self.free_at) + size / self.bytes_per_second
        self.bytes += size
        self.left.append((self.free_at, self.bytes))
        return self.free_at

    def share_used(self):
        """How much of the link was used from the first byte to the last one, but for a thousandth of them at each end: the
        requests before and after the dump, of which the last waits for the server."""
        dump = [(at, bytes) for at, bytes in self.left if 0.001 * self.bytes <= bytes <= 0.999 * self.bytes]
        (first, less), (last, more) = dump[0], dump[-1]
        return (more - less) / (last - first) / self.bytes_per_second


class SlowLink:
    """Listens on a port of its own in a thread of its own, which ends with the program."""

    def __init__(self, server_port, bytes_per_second, round_trip_seconds):
        self.server_port = server_port
        self.bytes_per_second = bytes_per_second
        self.one_way = round_trip_seconds / 2
        self.reset()
        self._ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        self._ready.wait()

    def reset(self):
        """Counts from zero."""
        self.up = Direction(self.bytes_per_second)
        self.down = Direction(self.bytes_per_second)

    async def _serve(self):
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _connect(self, reader, writer):
        await asyncio.sleep(2 * self.one_way)
        try:
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(
            self._pass(reader, to_writer, lambda: self.up), self._pass(to_reader, writer, lambda: self.down)
        )

    async def _pass(self, reader, writer, direction):
        chunks = asyncio.Queue(WINDOW_BYTES // CHUNK_BYTES)
        arriving = asyncio.create_task(self._arrive(chunks, writer))
        loop = asyncio.get_running_loop()
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                leaves = direction().leave(len(chunk), loop.time())
                await chunks.put((leaves + self.one_way, chunk))
        except OSError:
            pass
        await chunks.put((loop.time() + self.one_way, None))
        await arriving

    @staticmethod
    async def _arrive(chunks, writer):
        """Hands on what has come; after an error it only takes it away, so that nobody waits to put more."""
        loop = asyncio.get_running_loop()
        whole = True
        while True:
            at, chunk = await chunks.get()
            if (pause := at - loop.time()) > 0:
                await asyncio.sleep(pause)
            if chunk is None:
                break
            try:
                if whole:
                    writer.write(chunk)
                    await writer.drain()
            except OSError:
                whole = False
        if writer.can_write_eof():
            try:
                writer.write_eof()
            except OSError:
                pass
