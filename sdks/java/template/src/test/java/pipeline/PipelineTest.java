package pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gaia.sdk.Outcome;
import io.gaia.sdk.testing.JobReport;
import io.gaia.sdk.testing.JobTester;
import io.gaia.sdk.testing.PipelineReport;
import io.gaia.sdk.testing.PipelineTester;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineTest {
    @TempDir
    private Path folder;

    @Test
    void savesWhatItMeasured() throws Exception {
        Files.writeString(folder.resolve("a"), "12345");
        Path report = folder.resolve("report.txt");

        PipelineReport run = PipelineTester.of(Pipeline.jobs())
                .argument("folder", folder)
                .argument("file", report)
                .perform();

        assertTrue(run.isPassed());
        assertEquals("1 files, 5 bytes\n", Files.readString(report));
    }

    @Test
    void savesNothingWithoutAFile() throws Exception {
        PipelineReport run = PipelineTester.of(Pipeline.jobs()).argument("folder", folder).perform();

        assertTrue(run.isPassed());
        assertEquals(Outcome.SKIPPED, run.job("Save").outcome());
    }

    @Test
    void reportsWhatWasMeasuredBefore() {
        JobReport report = JobTester.of(Pipeline.REPORT)
                .output("Measure", "files", 2)
                .output("Measure", "bytes", 10)
                .perform();

        assertEquals("2 files, 10 bytes", report.output("sentence"));
    }
}
