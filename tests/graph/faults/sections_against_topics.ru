PREFIX graph: <https://w3id.org/zhiyin/id/graph/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

DELETE { GRAPH graph:asserted { <https://w3id.org/zhiyin/id/section/4.3.3> rdfs:label ?title } }
INSERT { GRAPH graph:asserted { <https://w3id.org/zhiyin/id/section/4.3.3> rdfs:label "系统备份"@zh } }
WHERE { GRAPH graph:asserted { <https://w3id.org/zhiyin/id/section/4.3.3> rdfs:label ?title FILTER(LANG(?title) = "zh") } }
