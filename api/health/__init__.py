"""Whether everything Suluh needs is present and well."""
