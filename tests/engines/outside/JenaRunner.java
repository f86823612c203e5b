import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.jena.graph.Graph;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;
import org.apache.jena.shacl.ValidationReport;
import org.apache.jena.sys.JenaSystem;

/** Shapes file as argument, data files on standard input one a line; each report as N-Triples, then a line "." and microseconds. */
public final class JenaRunner {
    private JenaRunner() {}

    public static void main(String[] arguments) throws Exception {
        JenaSystem.init();
        Shapes shapes = Shapes.parse(RDFDataMgr.loadGraph(arguments[0]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String file = in.readLine(); file != null; file = in.readLine()) {
            Graph data = RDFDataMgr.loadGraph(file);
            long start = System.nanoTime();
            ValidationReport report = ShaclValidator.get().validate(shapes, data);
            long spent = (System.nanoTime() - start) / 1000;
            RDFDataMgr.write(out, report.getGraph(), Lang.NTRIPLES);
            out.println(". " + spent);
            out.flush();
        }
    }
}
