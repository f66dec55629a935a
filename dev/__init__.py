"""For a developer's machine: bootstrap, embedded services, process runner, proofs. Not in the production image."""
