PREFIX concept: <https://w3id.org/zhiyin/id/concept/>
PREFIX graph: <https://w3id.org/zhiyin/id/graph/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA { GRAPH graph:asserted { concept:core-system skos:hiddenLabel "核心系统"@zh } }
