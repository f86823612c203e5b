import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.jena.graph.Graph;
import org.apache.jena.graph.Node;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;
import org.apache.jena.shacl.ValidationReport;
import org.apache.jena.shacl.validation.ReportEntry;
import org.apache.jena.sys.JenaSystem;

/**
 * One warmed machine for many graphs: threads as argument, on standard input a shapes file, a tab and a data file a line;
 * each shapes file is parsed once. For each data file, in the order in which they are done: shape, focus node and severity
 * a line, apart by tabs, then a line "." with the data file and the processor time of its validation in microseconds.
 */
public final class JenaMany {
    private static final Map<String, Shapes> PARSED = new HashMap<>();
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
    private static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    private JenaMany() {}

    public static void main(String[] arguments) throws Exception {
        JenaSystem.init();
        int threads = Integer.parseInt(arguments[0]);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        Semaphore room = new Semaphore(4 * threads);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] files = line.split("\t");
            Shapes shapes = PARSED.computeIfAbsent(files[0], file -> Shapes.parse(RDFDataMgr.loadGraph(file)));
            room.acquire();
            pool.execute(() -> {
                try {
                    said(validated(shapes, files[1]));
                } catch (RuntimeException fault) {
                    fault.printStackTrace();
                    said("! " + files[1] + "\t" + fault + "\n");
                } finally {
                    room.release();
                }
            });
        }
        pool.shutdown();
        pool.awaitTermination(1, TimeUnit.DAYS);
    }

    private static String validated(Shapes shapes, String file) {
        Graph data = RDFDataMgr.loadGraph(file);
        long start = CLOCK.getCurrentThreadCpuTime();
        ValidationReport report = ShaclValidator.get().validate(shapes, data);
        long spent = (CLOCK.getCurrentThreadCpuTime() - start) / 1000;
        Set<String> lines = new HashSet<>();
        StringBuilder text = new StringBuilder();
        for (ReportEntry entry : report.getEntries()) {
            String severity = entry.severity().level().getURI();
            lines.add(plain(entry.source()) + "\t" + plain(entry.focusNode()) + "\t" + severity.replaceFirst(".*#", "") + "\n");
        }
        lines.forEach(text::append);
        return text.append(". " + file + "\t" + spent + "\n").toString();
    }

    private static String plain(Node node) {
        return node.isURI() ? node.getURI() : node.toString();
    }

    private static synchronized void said(String text) {
        OUT.print(text);
        OUT.flush();
    }
}
