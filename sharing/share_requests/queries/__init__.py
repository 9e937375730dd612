"""Reads behind the pages of 共享申请: the cart, the lists, one case, and the access panel of a resource."""
