PREFIX concept: <https://w3id.org/zhiyin/id/concept/>
PREFIX graph: <https://w3id.org/zhiyin/id/graph/>
PREFIX zy: <https://w3id.org/zhiyin/ontology#>

INSERT DATA { GRAPH graph:asserted { <https://w3id.org/zhiyin/id/clause/4.3.3.1> zy:mentions concept:no-such-thing } }
