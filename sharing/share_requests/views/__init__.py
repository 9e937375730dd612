"""Pages of 共享申请."""
