package dev.sallyport.local.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.local.home.HomeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BalancerTest {
    private static final int PATIENCE_MILLIS = 60_000;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    @Test
    void connectionsGoToOneAfterTheOtherUntouchedAndInBothDirections() throws Exception {
        Echo a = echo("a");
        Echo b = echo("b");
        Balancer balancer = balancer(a, b);
        balancer.ready(a.port());
        balancer.ready(b.port());
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            answers.add(ask(balancer, "hello" + i));
        }
        assertThat(answers)
                .containsExactlyInAnyOrder("a:hello0", "a:hello2", "a:hello4", "b:hello1", "b:hello3", "b:hello5");
    }

    @Test
    void whatIsBigArrivesWhole() throws Exception {
        Echo a = echo("");
        Balancer balancer = balancer(a);
        String big = "0123456789abcdef".repeat(200_000);
        assertThat(ask(balancer, big)).isEqualTo(":" + big);
    }

    @Test
    void oneThatIsNotReadyGetsNothingWhileAnotherIs() throws Exception {
        Echo a = echo("a");
        Echo b = echo("b");
        Balancer balancer = balancer(a, b);
        balancer.ready(b.port());
        for (int i = 0; i < 4; i++) {
            assertThat(ask(balancer, "x")).isEqualTo("b:x");
        }
        balancer.notReady(b.port());
        balancer.ready(a.port());
        assertThat(ask(balancer, "x")).isEqualTo("a:x");
    }

    @Test
    void withNoneReadyTheyAreTriedAllTheSame() throws Exception {
        Echo a = echo("a");
        assertThat(ask(balancer(a), "x")).isEqualTo("a:x");
    }

    @Test
    void oneThatRefusesIsPassedOver() throws Exception {
        Echo a = echo("a");
        Echo b = echo("b");
        Balancer balancer = balancer(a, b);
        balancer.ready(a.port());
        balancer.ready(b.port());
        a.close();
        for (int i = 0; i < 4; i++) {
            assertThat(ask(balancer, "x")).isEqualTo("b:x");
        }
    }

    @Test
    void withNobodyThereTheConnectionIsClosed() throws Exception {
        Echo a = echo("a");
        Balancer balancer = balancer(a);
        a.close();
        assertThat(askOrReset(balancer)).isEmpty();
    }

    @Test
    void aPortInUseIsSaid() throws Exception {
        Echo a = echo("a");
        assertThatThrownBy(() -> Balancer.start(a.port(), List.of())).isInstanceOf(HomeException.class);
    }

    private Echo echo(String name) throws IOException {
        Echo echo = new Echo(name);
        open.add(echo);
        return echo;
    }

    private Balancer balancer(Echo... behind) {
        Balancer balancer =
                Balancer.start(0, List.of(behind).stream().map(Echo::port).toList());
        open.add(balancer);
        return balancer;
    }

    private static String askOrReset(Balancer balancer) throws IOException {
        try {
            return ask(balancer, "x");
        } catch (SocketException _) {
            return "";
        }
    }

    private static String ask(Balancer balancer, String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), balancer.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            Thread writer = Thread.ofVirtual().start(() -> send(socket, text));
            byte[] answer = socket.getInputStream().readAllBytes();
            writer.join();
            return new String(answer, StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
        } catch (IOException e) {
            // The reader sees it too.
        }
    }

    /** Answers with its name, a colon and what it was sent. */
    private static final class Echo implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final String name;
        private final Thread acceptor;

        Echo(String name) throws IOException {
            this.name = name;
            acceptor = Thread.ofVirtual().start(() -> {
                while (!socket.isClosed()) {
                    try {
                        Socket client = socket.accept();
                        Thread.ofVirtual().start(() -> answer(client));
                    } catch (IOException _) {
                        return;
                    }
                }
            });
        }

        private void answer(Socket client) {
            try (client) {
                client.getOutputStream().write((name + ":").getBytes(StandardCharsets.UTF_8));
                client.getInputStream().transferTo(client.getOutputStream());
                client.shutdownOutput();
            } catch (IOException e) {
                // The test went away.
            }
        }

        int port() {
            return socket.getLocalPort();
        }

        /** The port refuses only once the thread that accepts has let go of it, which may be after the close. */
        @Override
        public void close() throws IOException {
            socket.close();
            try {
                acceptor.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
