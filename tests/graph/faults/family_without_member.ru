PREFIX family: <https://w3id.org/zhiyin/id/family/>
PREFIX graph: <https://w3id.org/zhiyin/id/graph/>
PREFIX zy: <https://w3id.org/zhiyin/ontology#>

DELETE DATA { GRAPH graph:asserted { family:f001 zy:member <https://w3id.org/zhiyin/id/clause/4.1.1.1> } }
