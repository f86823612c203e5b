PREFIX family: <https://w3id.org/zhiyin/id/family/>
PREFIX graph: <https://w3id.org/zhiyin/id/graph/>
PREFIX tier: <https://w3id.org/zhiyin/id/tier/>
PREFIX zy: <https://w3id.org/zhiyin/ontology#>

DELETE DATA { GRAPH graph:inferred { family:f001 zy:demandedIn tier:2 } }
