"""A react-admin build of the lists that `bench.plain_admin` has, served with it: what our steps are held against."""
