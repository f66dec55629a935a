"""What a developer's machine needs: bootstrap, embedded services, process runner, proofs. Not part of the production image."""
