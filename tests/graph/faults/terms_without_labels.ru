PREFIX graph: <https://w3id.org/zhiyin/id/graph/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX zy: <https://w3id.org/zhiyin/ontology#>

DELETE { GRAPH graph:asserted { zy:mentions rdfs:comment ?comment } }
WHERE { GRAPH graph:asserted { zy:mentions rdfs:comment ?comment FILTER(LANG(?comment) = "en") } }
