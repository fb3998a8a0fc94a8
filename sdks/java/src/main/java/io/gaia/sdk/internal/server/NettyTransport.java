package io.gaia.sdk.internal.server;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2SecurityUtil;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.JdkSslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * Netty, made to start fast: with the JDK's own sockets and TLS it loads no native library, and so runs on every system
 * that Java runs on. On two cores that took 850 ms of processor time up to the first answer, against 1,450 with Netty's
 * defaults and 1,000 with its native TLS.
 */
final class NettyTransport implements AutoCloseable {
    private static final String SHADED = "io.grpc.netty.shaded.io.netty.";
    /** What fits into a window is on its way without an answer of the host between. */
    private static final int WINDOW_BYTES = 1024 * 1024;

    /** One thread reads and writes; jobs have threads of their own. */
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    /** A server on a free port of this machine alone, that wants a certificate of its clients. */
    NettyServerBuilder builder(SSLContext tls) {
        return NettyServerBuilder.forAddress(new InetSocketAddress(PluginServer.ADDRESS, 0))
                .channelType(NioServerSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .sslContext(mutual(tls))
                .directExecutor()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .flowControlWindow(WINDOW_BYTES)
                .permitKeepAliveTime(1, TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true);
    }

    /** Before the first class of Netty is loaded. What was set by hand stays. */
    static void prepare() {
        // No look for native libraries, which are unpacked into a temporary folder.
        set("transport.noNative", "true");
        set("handler.ssl.noOpenSsl", "true");
        // No look at all network interfaces for an id of this machine, which nothing here uses.
        set("machineId", "00:00:00:00:00:01");
        set("processId", "1");
        set("leakDetection.level", "disabled");
        // Pools are for servers of many connections: here is one.
        set("allocator.type", "unpooled");
    }

    @Override
    public void close() {
        loop.shutdownGracefully();
    }

    private static SslContext mutual(SSLContext tls) {
        return new JdkSslContext(
                tls,
                false,
                Http2SecurityUtil.CIPHERS,
                SupportedCipherSuiteFilter.INSTANCE,
                new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2"),
                ClientAuth.REQUIRE,
                new String[] {"TLSv1.3", "TLSv1.2"},
                false);
    }

    private static void set(String name, String value) {
        if (System.getProperty(SHADED + name) == null) {
            System.setProperty(SHADED + name, value);
        }
    }
}
