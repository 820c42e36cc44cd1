"""What runs inside a hub's pod on Kubernetes, beside what it shares with the local runtime (hubfleet_local)."""
