# Builds a pipeline program with GNU make. A pipeline's Makefile is two lines:
#
#     SOURCES := main.cpp pipeline.cpp
#     include gaia-sdk/gaia.mk
#
# `make` makes pipeline.out. With TEST_SOURCES, `make test` links these to a program and runs it. Say PROGRAM, CXX, CXXFLAGS, CPPFLAGS, LDFLAGS or LDLIBS to have it otherwise.

GAIA_SDK := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
GAIA_PACKAGES := grpc++ protobuf-lite libcrypto
BUILD ?= build
PROGRAM ?= pipeline.out
CXXFLAGS ?= -O2 -Wall -Wextra
PROTOC ?= protoc
GRPC_CPP_PLUGIN ?= $(shell command -v grpc_cpp_plugin)

gaia_missing := $(strip $(foreach tool,$(CXX) pkg-config $(PROTOC) grpc_cpp_plugin,$(if $(shell command -v $(tool)),,$(tool))))
ifeq ($(gaia_missing),)
gaia_missing := $(shell pkg-config --print-errors --exists $(GAIA_PACKAGES) 2>&1 | head -n 1)
endif
ifneq ($(gaia_missing),)
$(error missing: $(gaia_missing). On Debian and Ubuntu: apt-get install g++ make pkg-config protobuf-compiler protobuf-compiler-grpc libgrpc++-dev libprotobuf-dev libssl-dev)
endif

gaia_compile = $(CXX) -std=c++17 $(CPPFLAGS) -I$(GAIA_SDK)/include $(CXXFLAGS) -pthread -MMD -MP -c $< -o $@
gaia_objects := $(addprefix $(BUILD)/gaia/,library.o wire.o generated.o)
objects := $(SOURCES:%.cpp=$(BUILD)/%.o)
test_objects := $(TEST_SOURCES:%.cpp=$(BUILD)/%.o)

# As many compilers at once as the machine has processors, unless somebody said otherwise.
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif

.DEFAULT_GOAL := $(PROGRAM)

gaia_link = $(CXX) -pthread $(LDFLAGS) -Wl,--as-needed $^ $(LDLIBS) $(shell pkg-config --libs $(GAIA_PACKAGES)) -o $@

$(PROGRAM): $(objects) $(BUILD)/gaia/libgaia.a
	@echo "  link $@"
	@$(gaia_link)

.PHONY: test
test: $(BUILD)/tests.out
	$<

$(BUILD)/tests.out: $(test_objects) $(BUILD)/gaia/libgaia.a
	@echo "  link $@"
	@$(gaia_link)

$(sort $(objects) $(test_objects)): $(BUILD)/%.o: %.cpp
	@mkdir -p $(@D)
	@echo "  c++  $<"
	@$(gaia_compile)

$(BUILD)/gaia/libgaia.a: $(gaia_objects)
	@rm -f $@
	@$(AR) rcs $@ $^

# The messages, from proto/. "lite" is what programs without reflection need, in half of the time.
$(BUILD)/gaia/proto.stamp: $(GAIA_SDK)/proto/plugin.proto $(GAIA_SDK)/proto/program.proto
	@mkdir -p $(@D)
	@$(PROTOC) -I $(GAIA_SDK)/proto --cpp_out=lite:$(@D) --grpc_out=$(@D) --plugin=protoc-gen-grpc=$(GRPC_CPP_PLUGIN) $^
	@touch $@

# The library in three units: what every unit includes takes most of the time.
gaia_generated := $(GAIA_SDK)/src/wire/generated.cpp
gaia_wire := $(filter-out $(gaia_generated),$(wildcard $(GAIA_SDK)/src/wire/*.cpp))
gaia_library := $(wildcard $(GAIA_SDK)/src/*.cpp)
$(gaia_objects:.o=.cpp): $(BUILD)/gaia/%.cpp: FORCE
	@mkdir -p $(@D)
	@printf '#include "%s"\n' $(abspath $(gaia_$*)) > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(gaia_objects): CPPFLAGS += -I$(GAIA_SDK)/src -I$(BUILD)/gaia
$(gaia_objects): $(BUILD)/gaia/%.o: $(BUILD)/gaia/%.cpp $(BUILD)/gaia/proto.stamp
	@echo "  c++  gaia/$*"
	@$(gaia_compile)

.PHONY: FORCE clean
clean:
	rm -rf $(BUILD) $(PROGRAM)

-include $(sort $(objects:.o=.d) $(test_objects:.o=.d) $(gaia_objects:.o=.d))
