package io.jenkins.plugins.pgbackup.engine.store.s3;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Stands before an S3 server on loopback, passes requests and answers on byte for byte (so that signatures hold), and
 * does to some of them what networks and servers do.
 */
final class FaultProxy implements AutoCloseable {

    /** A request, as far as faults look at it. */
    record Request(String method, String target, String head, byte[] body) {

        boolean isPart(int number) {
            return method.equals("PUT") && target.contains("partNumber=" + number + "&");
        }

        boolean isAnyPart() {
            return method.equals("PUT") && target.contains("partNumber=");
        }

        boolean isComplete() {
            return method.equals("POST") && target.contains("uploadId=");
        }

        boolean isCreate() {
            return method.equals("POST") && target.contains("uploads");
        }

        boolean isAbort() {
            return method.equals("DELETE") && target.contains("uploadId=");
        }

        boolean is(String method) {
            return this.method.equals(method);
        }
    }

    /** What happens to a request instead of being passed on. */
    interface Fault {
        void happen(FaultProxy proxy, Request request, Socket client) throws IOException;
    }

    private record Planned(Predicate<Request> which, AtomicInteger times, Fault fault) {}

    private final URI upstream;
    private final ServerSocket listening;
    private final List<Planned> plan = new CopyOnWriteArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    FaultProxy(URI upstream) throws IOException {
        this.upstream = upstream;
        this.listening = new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1"));
        inBackground(this::accept);
    }

    String endpoint() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    /** Does something to the next few requests of a kind. */
    FaultProxy plan(int times, Predicate<Request> which, Fault fault) {
        plan.add(new Planned(which, new AtomicInteger(times), fault));
        return this;
    }

    FaultProxy always(Predicate<Request> which, Fault fault) {
        return plan(Integer.MAX_VALUE, which, fault);
    }

    long count(Predicate<Request> which) {
        return requests.stream().filter(which).count();
    }

    List<Request> requests() {
        return requests;
    }

    /** An answer that the server behind never sees the question of. */
    static Fault answer(int status, String code, String message, String... headers) {
        return (proxy, request, client) -> {
            String xml =
                    "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>";
            boolean hasBody = !code.isEmpty() && !request.is("HEAD");
            String head = "HTTP/1.1 " + status + " X\r\nContent-Type: application/xml\r\nConnection: close\r\n"
                    + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n")
                    + "Content-Length: " + (hasBody ? xml.length() : 0) + "\r\n\r\n";
            client.getOutputStream().write((head + (hasBody ? xml : "")).getBytes(StandardCharsets.UTF_8));
        };
    }

    /** The connection ends in a TCP reset. */
    static Fault reset() {
        return (proxy, request, client) -> client.setSoLinger(true, 0);
    }

    /** The server does it, and the answer is lost. */
    static Fault loseAnswer() {
        return (proxy, request, client) -> {
            proxy.ask(request);
            client.setSoLinger(true, 0);
        };
    }

    /** Nothing is answered, and the connection stays. */
    static Fault silence() {
        return (proxy, request, client) -> {
            try {
                proxy.closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** One byte is another one when it arrives. */
    static Fault alterBody() {
        return (proxy, request, client) -> {
            byte[] body = request.body().clone();
            body[body.length / 2] ^= 1;
            client.getOutputStream()
                    .write(proxy.ask(new Request(request.method(), request.target(), request.head(), body)));
        };
    }

    /** The request is another one when it arrives. */
    static Fault alterHead(UnaryOperator<String> change) {
        return (proxy, request, client) -> client.getOutputStream()
                .write(proxy.ask(
                        new Request(request.method(), request.target(), change.apply(request.head()), request.body())));
    }

    /** The answer is another one when it arrives. Only for answers in Latin-1 whose length stays. */
    static Fault alterAnswer(UnaryOperator<String> change) {
        return (proxy, request, client) -> client.getOutputStream()
                .write(change.apply(new String(proxy.ask(request), StandardCharsets.ISO_8859_1))
                        .getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The answer ends early. */
    static Fault cutAnswer(int bytes) {
        return (proxy, request, client) -> {
            byte[] answer = proxy.ask(request);
            client.getOutputStream().write(answer, 0, Math.min(bytes, answer.length));
            client.getOutputStream().flush();
            client.shutdownOutput();
        };
    }

    /** Something else happens first. */
    static Fault first(Runnable something) {
        return (proxy, request, client) -> {
            something.run();
            client.getOutputStream().write(proxy.ask(request));
        };
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                open.add(client);
                inBackground(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client) {
            Request request = read(client);
            if (request == null) {
                return;
            }
            requests.add(request);
            Planned planned = next(request);
            if (planned == null) {
                client.getOutputStream().write(ask(request));
            } else {
                planned.fault().happen(this, request, client);
            }
        } catch (IOException e) {
            // the client is gone
        } finally {
            open.remove(client);
        }
    }

    private Planned next(Request request) {
        for (Planned planned : plan) {
            if (planned.which().test(request) && planned.times().getAndDecrement() > 0) {
                return planned;
            }
        }
        return null;
    }

    private static Request read(Socket client) throws IOException {
        InputStream in = new BufferedInputStream(client.getInputStream(), 1 << 16);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!endsHead(bytes)) {
            int b = in.read();
            if (b < 0) {
                return null;
            }
            bytes.write(b);
        }
        StringBuilder head = new StringBuilder();
        int length = 0;
        for (String line : bytes.toString(StandardCharsets.ISO_8859_1).split("\r\n")) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
            if (lower.startsWith("expect:")) {
                client.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } else if (!lower.startsWith("connection:")) {
                head.append(line).append("\r\n");
            }
        }
        String[] first = head.substring(0, head.indexOf("\r\n")).split(" ");
        byte[] body = in.readNBytes(length);
        return body.length < length ? null : new Request(first[0], first[1], head + "Connection: close\r\n\r\n", body);
    }

    private static boolean endsHead(ByteArrayOutputStream bytes) {
        return bytes.size() >= 4 && bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n");
    }

    /** Asks the server behind, and returns all that it answers. */
    private byte[] ask(Request request) throws IOException {
        try (Socket server = new Socket(upstream.getHost(), upstream.getPort())) {
            OutputStream out = server.getOutputStream();
            out.write(request.head().getBytes(StandardCharsets.ISO_8859_1));
            out.write(request.body());
            out.flush();
            return server.getInputStream().readAllBytes();
        }
    }

    private static void inBackground(Runnable task) {
        Thread thread = new Thread(task, "fault proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
