package dev.sallyport.executor.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.sandbox.CapturedStream;
import dev.sallyport.executor.tool.ToolResult;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.record.StatementRecord;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultStatementTest {
    @Test
    void longOutputsShareTheRoomAndTheExplanationIsWhole() {
        ToolResult.Output explanation = ToolResult.explanation("OUTPUT_EXCEEDED", "More than 1048576 bytes of output.");
        ToolResult.Output stdout = ToolResult.Output.of("stdout", stream('o'));
        ToolResult.Output stderr = ToolResult.Output.of("stderr", stream('e'));

        List<ToolResult.Output> fitting = ResultStatement.fitting(List.of(explanation, stdout, stderr));

        assertThat(fitting).extracting(ToolResult.Output::name).containsExactly("value", "stdout", "stderr");
        assertThat(fitting.getFirst()).isSameAs(explanation);
        for (ToolResult.Output each : fitting.subList(1, 3)) {
            assertThat(each.length()).isGreaterThan(100_000);
            assertThat(each.missing()).isEqualTo(983_040 - each.length());
            assertThat(each.tail()).endsWith((byte) 'z');
            assertThat(each.tail()).hasSizeGreaterThan(30_000);
        }
        assertThat(fitting.stream().mapToInt(ToolResult.Output::length).sum())
                .isLessThanOrEqualTo(StatementRecord.MAX_DETAIL_BYTES - 4 * 32);
    }

    @Test
    void wholeOutputThatIsCutSaysWhereAndHasTheDigestOfAll() {
        byte[] bytes = new byte[1000];
        Arrays.fill(bytes, (byte) 'x');
        bytes[999] = 'z';

        ToolResult.Output cut = ToolResult.Output.whole("stdout", bytes).within(100);

        assertThat(cut.head()).hasSize(75);
        assertThat(cut.tail()).hasSize(25).endsWith((byte) 'z');
        assertThat(cut.missing()).isEqualTo(900);
        assertThat(cut.totalSha256()).isEqualTo(Digest.of(bytes).hex());
        assertThat(ToolResult.Output.whole("stdout", bytes).within(1000).missing())
                .as("control")
                .isZero();
    }

    private static CapturedStream stream(char of) {
        byte[] head = new byte[96 << 10];
        byte[] tail = new byte[32 << 10];
        Arrays.fill(head, (byte) of);
        Arrays.fill(tail, (byte) of);
        tail[tail.length - 1] = 'z';
        return new CapturedStream(head, tail, 983_040, Digest.of(new byte[] {1}).hex());
    }
}
