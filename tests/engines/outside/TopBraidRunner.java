import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.Resource;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.sys.JenaSystem;
import org.topbraid.shacl.validation.ValidationUtil;

/** Shapes file as argument, data files on standard input one a line; each report as N-Triples, then a line "." and microseconds. */
public final class TopBraidRunner {
    private TopBraidRunner() {}

    public static void main(String[] arguments) throws Exception {
        JenaSystem.init();
        Model shapes = RDFDataMgr.loadModel(arguments[0]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String file = in.readLine(); file != null; file = in.readLine()) {
            Model data = RDFDataMgr.loadModel(file);
            long start = System.nanoTime();
            Resource report = ValidationUtil.validateModel(data, shapes, false);
            long spent = (System.nanoTime() - start) / 1000;
            RDFDataMgr.write(out, report.getModel(), Lang.NTRIPLES);
            out.println(". " + spent);
            out.flush();
        }
    }
}
