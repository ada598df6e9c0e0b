"""In and out, in the field's own forms: NONMEM-style records, SBML, xarray, Parquet, predictive checks and fits."""
