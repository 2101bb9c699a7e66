package dev.sallyport.executor.egress.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageFuzzTest {
    private static InputStream in(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static MessageHead head(String text) throws IOException {
        MessageHead head = MessageHead.read(in(text));
        if (head == null) {
            throw new EOFException();
        }
        return head;
    }

    @Test
    void aHeadIsReadAndNotAByteMore() throws Exception {
        InputStream in = in("GET / HTTP/1.1\r\nHost: a\r\nX-Y:  b c \t\r\n\r\nbody");
        MessageHead head = MessageHead.read(in);

        assertThat(head).isNotNull();
        assertThat(head.value("x-y")).isEqualTo("b c");
        assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)).isEqualTo("body");
        assertThat(MessageHead.read(in(""))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nHost: a\n\r\n",
                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
                "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
                "GET / HTTP/1.1\r\nA: b\u0000c\r\n\r\n",
                "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
                "GET / HTTP/1.1\r\n: b\r\n\r\n",
                "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                "GET / HTTP/1.1\r\nA: b\r\n"
            })
    void whatTwoReadersCouldUnderstandDifferentlyIsNoHead(String text) {
        assertThatThrownBy(() -> head(text)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1\r\nTransfer-Encoding: chunked",
                "Content-Length: 1\r\nContent-Length: 1",
                "Content-Length: 1, 1",
                "Content-Length: +1",
                "Content-Length: -1",
                "Content-Length: 0x1",
                "Content-Length: 1 ",
                "Content-Length: ",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: xchunked"
            })
    void aMessageThatDoesNotSayInOneWayWhereItEndsIsRefused(String fields) throws Exception {
        MessageHead head = head("POST / HTTP/1.1\r\n" + fields + "\r\n\r\n");
        if (fields.equals("Content-Length: 1 ")) {
            // Blanks around a value belong to nobody.
            assertThat(MessageBody.ofRequest(head).length()).isEqualTo(1);
            return;
        }
        assertThatThrownBy(() -> MessageBody.ofRequest(head)).isInstanceOf(MalformedMessageException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5;x=y\r\nhello\r\n0\r\n\r\n",
                "5 \r\nhello\r\n0\r\n\r\n",
                "5\nhello\r\n0\r\n\r\n",
                "+5\r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "4\r\nhello\r\n0\r\n\r\n",
                "5\r\nhello0\r\n\r\n",
                "\r\n",
                "ffffffffffffffff\r\nhello",
                "5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
                "5\r\nhello\r\n0\r\n",
                "5\r\nhel"
            })
    void chunksAreReadStrictly(String body) throws Exception {
        MessageBody chunked = MessageBody.ofRequest(head("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"));
        assertThat(chunked.read(in("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\nnext")).readAllBytes())
                .as("control")
                .isEqualTo("hello!".getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> chunked.read(in(body)).readAllBytes()).isInstanceOf(IOException.class);
    }

    @Test
    void fieldsAboutTheConnectionDoNotGoOn() throws Exception {
        MessageHead head = head(String.join(
                "\r\n",
                "GET / HTTP/1.1",
                "Host: a",
                "Connection: X-Hop, close",
                "X-Hop: 1",
                "TE: trailers",
                "Proxy-Authorization: Basic x",
                "Upgrade: h2c",
                "X-Stays: 2",
                "",
                ""));

        assertThat(head.lasting().map(MessageHead.Field::name).toList()).isEqualTo(List.of("Host", "X-Stays"));
    }

    @FuzzTest
    void whatIsReadIsWrittenAndReadAsTheSame() {
        Fuzz.target("message-head")
                .samples("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\nC: d e\r\n\r\n")
                .words(
                        "\r\n",
                        "\n",
                        "\r",
                        ":",
                        " ",
                        "\t",
                        "Host",
                        "Content-Length: 5",
                        "Transfer-Encoding: chunked",
                        "\u0000")
                .refusing(IOException.class)
                .run(input -> {
                    MessageHead head = MessageHead.read(new ByteArrayInputStream(input));
                    if (head == null) {
                        assertThat(input).isEmpty();
                        return;
                    }
                    assertThat(MessageHead.read(new ByteArrayInputStream(head.bytes())))
                            .isEqualTo(head);
                });
    }

    @FuzzTest
    void chunksThatAreReadAreThoseThatWereWritten() {
        Fuzz.target("message-chunks")
                .samples("5\r\nhello\r\n0\r\n\r\n", "0\r\n\r\n", "1\r\na\r\n1\r\nb\r\n0\r\n\r\n")
                .words("\r\n", "0", "f", "ffffffff", ";", " ", "\n")
                .refusing(IOException.class)
                .run(input -> {
                    byte[] read = new MessageBody(MessageBody.Framing.CHUNKED, 0)
                            .read(new ByteArrayInputStream(input))
                            .readAllBytes();
                    ByteArrayOutputStream again = new ByteArrayOutputStream();
                    if (read.length > 0) {
                        again.writeBytes(
                                (Integer.toHexString(read.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                        again.writeBytes(read);
                        again.writeBytes(new byte[] {'\r', '\n'});
                    }
                    again.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    assertThat(new MessageBody(MessageBody.Framing.CHUNKED, 0)
                                    .read(new ByteArrayInputStream(again.toByteArray()))
                                    .readAllBytes())
                            .isEqualTo(read);
                });
    }
}
