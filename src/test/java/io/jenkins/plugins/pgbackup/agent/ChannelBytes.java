package io.jenkins.plugins.pgbackup.agent;

import hudson.remoting.Channel;
import hudson.remoting.Command;
import java.util.concurrent.atomic.LongAdder;

/** Counts the bytes of all commands that go over a channel, both ways, until it is closed. */
final class ChannelBytes extends Channel.Listener implements AutoCloseable {

    private final Channel channel;
    private final LongAdder bytes = new LongAdder();

    ChannelBytes(Channel channel) {
        this.channel = channel;
        channel.addListener(this);
    }

    long sum() {
        return bytes.sum();
    }

    @Override
    public void onRead(Channel from, Command command, long length) {
        bytes.add(length);
    }

    @Override
    public void onWrite(Channel to, Command command, long length) {
        bytes.add(length);
    }

    @Override
    public void close() {
        channel.removeListener(this);
    }
}
