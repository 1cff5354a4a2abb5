"""Drawing tools that know no deck: charts, heat maps, colour ranges and paper, as numbers and as pictures."""
