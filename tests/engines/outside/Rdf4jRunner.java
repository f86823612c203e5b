import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.eclipse.rdf4j.model.Model;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.repository.sail.SailRepositoryConnection;
import org.eclipse.rdf4j.model.vocabulary.RDF4J;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.Rio;
import org.eclipse.rdf4j.sail.memory.MemoryStore;
import org.eclipse.rdf4j.sail.shacl.ShaclValidator;

/** Shapes file as argument, data files on standard input one a line; each report as N-Triples, then a line "." and microseconds. */
public final class Rdf4jRunner {
    private Rdf4jRunner() {}

    public static void main(String[] arguments) throws Exception {
        MemoryStore shapes = loaded(arguments[0], true);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String file = in.readLine(); file != null; file = in.readLine()) {
            MemoryStore data = loaded(file, false);
            long start = System.nanoTime();
            Model report = ShaclValidator.validate(data, shapes).asModel();
            long spent = (System.nanoTime() - start) / 1000;
            StringWriter text = new StringWriter();
            Rio.write(report, text, RDFFormat.NTRIPLES);
            out.print(text);
            out.println(". " + spent);
            out.flush();
            data.shutDown();
        }
    }

    private static MemoryStore loaded(String file, boolean shapes) throws Exception {
        MemoryStore store = new MemoryStore();
        SailRepository repository = new SailRepository(store);
        repository.init();
        RDFFormat format = Rio.getParserFormatForFileName(file).orElse(RDFFormat.TURTLE);
        try (SailRepositoryConnection connection = repository.getConnection()) {
            if (shapes) {
                connection.add(new File(file), format, RDF4J.SHACL_SHAPE_GRAPH);
            } else {
                connection.add(new File(file), format);
            }
        }
        return store;
    }
}
