"""The tests: pure calls first, then a scripted transport, then FakeSnipcart over real HTTP."""
