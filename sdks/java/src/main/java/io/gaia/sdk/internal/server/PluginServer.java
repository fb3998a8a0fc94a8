package io.gaia.sdk.internal.server;

import io.gaia.sdk.internal.perform.JobThreads;
import io.gaia.sdk.internal.program.Program;
import io.grpc.Server;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLContext;

/** A program that serves its jobs to a host. */
public final class PluginServer implements AutoCloseable {
    /** This machine alone; written so that nothing has to be looked up, and no IPv6 comes of it. */
    static final String ADDRESS = "127.0.0.1";

    private final Server server;
    private final NettyTransport transport;
    private final ExecutorService threads;

    private PluginServer(Server server, NettyTransport transport, ExecutorService threads) {
        this.server = server;
        this.transport = transport;
        this.threads = threads;
    }

    /**
     * Begins to listen.
     *
     * @param environment with the paths of certificate, key and authority
     * @throws StartException when that is not possible
     */
    public static PluginServer open(Program program, Map<String, String> environment) {
        SSLContext tls = new TlsFiles(environment).context();
        NettyTransport.prepare();
        NettyTransport transport = new NettyTransport();
        ExecutorService threads = JobThreads.open();
        Server server = transport
                .builder(tls)
                .addService(new PluginService(program, threads).definition())
                .addService(new ProgramService(program, threads).definition())
                .addService(HealthService.definition())
                .build();
        try {
            server.start();
        } catch (IOException refused) {
            throw new StartException("The system gives no port to listen on: " + refused.getMessage(), refused);
        }
        return new PluginServer(server, transport, threads);
    }

    /** The line that says where it listens: versions of go-plugin and of Gaia's protocol, address, and gRPC. */
    public String handshake() {
        return "1|2|tcp|" + ADDRESS + ":" + server.getPort() + "|grpc\n";
    }

    /** Waits until the process is ended. */
    public void await() throws InterruptedException {
        server.awaitTermination();
    }

    @Override
    public void close() {
        server.shutdownNow();
        transport.close();
        threads.shutdownNow();
    }
}
