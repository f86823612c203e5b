import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.eclipse.rdf4j.model.IRI;
import org.eclipse.rdf4j.model.impl.SimpleValueFactory;
import org.eclipse.rdf4j.query.BooleanQuery;
import org.eclipse.rdf4j.query.GraphQuery;
import org.eclipse.rdf4j.query.MalformedQueryException;
import org.eclipse.rdf4j.query.Query;
import org.eclipse.rdf4j.query.TupleQuery;
import org.eclipse.rdf4j.query.impl.SimpleDataset;
import org.eclipse.rdf4j.query.resultio.sparqljson.SPARQLBooleanJSONWriter;
import org.eclipse.rdf4j.query.resultio.sparqljson.SPARQLResultsJSONWriter;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.repository.sail.SailRepositoryConnection;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.RDFParseException;
import org.eclipse.rdf4j.rio.Rio;
import org.eclipse.rdf4j.sail.memory.MemoryStore;

/** RDF4J's store in memory at a port: the SPARQL protocol at /query and /update, the Graph Store Protocol at /graphs. */
public final class Rdf4jServer {
    private static final SailRepository STORE = new SailRepository(new MemoryStore());

    private Rdf4jServer() {}

    public static void main(String[] arguments) throws IOException {
        STORE.init();
        InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        HttpServer server = HttpServer.create(at, 0);
        server.createContext("/", Rdf4jServer::answer);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.start();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int status = 200;
        String path = exchange.getRequestURI().getPath();
        try (InputStream body = exchange.getRequestBody(); SailRepositoryConnection store = STORE.getConnection()) {
            if (path.equals("/query")) {
                query(store, new String(body.readAllBytes(), StandardCharsets.UTF_8), exchange, said);
            } else if (path.equals("/update")) {
                store.prepareUpdate(new String(body.readAllBytes(), StandardCharsets.UTF_8)).execute();
                status = 204;
            } else if (path.equals("/graphs") && exchange.getRequestMethod().equals("PUT")) {
                IRI graph = iri(values(exchange.getRequestURI().getRawQuery(), "graph").get(0));
                store.begin();
                store.clear(graph);
                store.add(body, "", RDFFormat.NTRIPLES, graph);
                store.commit();
                status = 204;
            } else {
                status = 404;
            }
        } catch (MalformedQueryException | RDFParseException fault) {
            status = 400;
            said.reset();
            said.writeBytes(String.valueOf(fault.getMessage()).getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException fault) {
            status = 500;
            said.reset();
            said.writeBytes(String.valueOf(fault).getBytes(StandardCharsets.UTF_8));
        }
        exchange.sendResponseHeaders(status, status == 204 ? -1 : said.size());
        if (status != 204) {
            exchange.getResponseBody().write(said.toByteArray());
        }
        exchange.close();
    }

    private static void query(
            SailRepositoryConnection store, String form, HttpExchange exchange, ByteArrayOutputStream said) {
        Query query = store.prepareQuery(values(form, "query").get(0));
        SimpleDataset dataset = new SimpleDataset();
        values(form, "default-graph-uri").forEach(graph -> dataset.addDefaultGraph(iri(graph)));
        values(form, "named-graph-uri").forEach(graph -> dataset.addNamedGraph(iri(graph)));
        if (!dataset.getDefaultGraphs().isEmpty() || !dataset.getNamedGraphs().isEmpty()) {
            query.setDataset(dataset);
        }
        String type = "application/sparql-results+json";
        if (query instanceof TupleQuery) {
            ((TupleQuery) query).evaluate(new SPARQLResultsJSONWriter(said));
        } else if (query instanceof GraphQuery) {
            type = "application/n-triples";
            ((GraphQuery) query).evaluate(Rio.createWriter(RDFFormat.NTRIPLES, said));
        } else {
            new SPARQLBooleanJSONWriter(said).handleBoolean(((BooleanQuery) query).evaluate());
        }
        exchange.getResponseHeaders().set("Content-Type", type);
    }

    private static IRI iri(String name) {
        return SimpleValueFactory.getInstance().createIRI(name);
    }

    private static List<String> values(String form, String name) {
        List<String> found = new ArrayList<>();
        for (String pair : form == null ? new String[0] : form.split("&")) {
            if (pair.startsWith(name + "=")) {
                found.add(URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8));
            }
        }
        return found;
    }
}
