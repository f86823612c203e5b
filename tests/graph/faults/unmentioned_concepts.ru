PREFIX concept: <https://w3id.org/zhiyin/id/concept/>
PREFIX graph: <https://w3id.org/zhiyin/id/graph/>
PREFIX zy: <https://w3id.org/zhiyin/ontology#>

INSERT DATA { GRAPH graph:asserted { concept:unheard-of a zy:Concept } }
