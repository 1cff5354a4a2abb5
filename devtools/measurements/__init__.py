"""What `bench` measures: one module an idea, each with `measure() -> rows`."""
