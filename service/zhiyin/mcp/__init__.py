"""The edge for machines that read: eight tools and the clauses as resources, over the Model Context Protocol."""
