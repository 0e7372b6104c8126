package io.jenkins.plugins.pgbackup;

import hudson.model.Computer;
import hudson.remoting.Channel;
import hudson.remoting.ChannelBuilder;
import hudson.remoting.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Agents by the hundred: real channels over sockets, all of whose other ends are in one JVM of their own, so that what this one
 * does and holds is the controller's.
 */
final class ManyAgents implements AutoCloseable {

    private final Process process;
    private final List<Channel> channels = new ArrayList<>();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder lines = new LongAdder();

    /**
     * Starts them.
     *
     * @param directory where their JVM writes what it has to say
     */
    ManyAgents(int count, Path directory) throws Exception {
        try (ServerSocket door = new ServerSocket(0, count, InetAddress.getLoopbackAddress())) {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ManyAgents.class.getName(),
                            String.valueOf(door.getLocalPort()),
                            String.valueOf(count))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("agents.log").toFile())
                    .start();
            // So that a JVM that does not come is a failure.
            door.setSoTimeout((int) TimeUnit.MINUTES.toMillis(1));
            for (int i = 0; i < count; i++) {
                channels.add(open("agent-" + i, door.accept()));
            }
        }
    }

    /** The JVM of the agents: connects as often as its arguments say. */
    public static void main(String[] arguments) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Channel> channels = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
            channels.add(new ChannelBuilder("controller", threads)
                    .withMode(Channel.Mode.BINARY)
                    .withBaseLoader(ManyAgents.class.getClassLoader())
                    .build(socket));
        }
        for (Channel channel : channels) {
            channel.join();
        }
        System.exit(0);
    }

    Channel channel(int index) {
        return channels.get(index);
    }

    /** Bytes on all channels so far, both ways. */
    long bytes() {
        return bytes.sum();
    }

    /** What agents have sent through pipes so far: what a program printed, a question for a signature. */
    long lines() {
        return lines.sum();
    }

    @Override
    public void close() throws Exception {
        for (Channel channel : channels) {
            channel.close();
        }
        process.destroyForcibly().waitFor();
    }

    private Channel open(String name, Socket socket) throws IOException {
        Channel channel = new ChannelBuilder(name, Computer.threadPoolForRemoting)
                .withMode(Channel.Mode.BINARY)
                .build(socket);
        channel.addListener(new Channel.Listener() {
            @Override
            public void onRead(Channel channel, Command command, long length) {
                bytes.add(length);
                if (command.toString().startsWith("Pipe.Chunk")) {
                    lines.increment();
                }
            }

            @Override
            public void onWrite(Channel channel, Command command, long length) {
                bytes.add(length);
            }
        });
        return channel;
    }
}
