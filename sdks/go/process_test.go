package sdk

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"gaia/sdk/internal/wire"
)

// programVariable makes the test's own executable one of the programs of serve_test.go.
const programVariable = "GAIA_SDK_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if name := os.Getenv(programVariable); name != "" {
		Serve(programs[name])
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// process is a program that was started as Gaia starts one, or by hand.
type process struct {
	*exec.Cmd
	stdout *bufio.Reader
	stderr *buffer
	exited chan struct{}
	state  *os.ProcessState
	pipes  []io.Closer
}

// start starts a program with these words behind its name, and ends it with the test.
func start(t *testing.T, program string, environment []string, words ...string) *process {
	t.Helper()
	command := exec.Command(os.Args[0], words...)
	command.Env = append(os.Environ(), programVariable+"="+program)
	command.Env = append(command.Env, environment...)
	p := &process{Cmd: command, stderr: newBuffer(), exited: make(chan struct{})}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdout = bufio.NewReader(stdout)
	p.pipes = []io.Closer{stdout, stderr}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		io.Copy(p.stderr, stderr)
		p.state, _ = command.Process.Wait()
		close(p.exited)
	}()
	t.Cleanup(func() {
		command.Process.Kill()
		<-p.exited
		p.stopReading()
	})
	return p
}

// stopReading closes stdout and stderr at this end.
func (p *process) stopReading() {
	for _, pipe := range p.pipes {
		pipe.Close()
	}
}

// status waits for the end of the process and returns its exit status.
func (p *process) status() int {
	<-p.exited
	return p.state.ExitCode()
}

// awaitLine reads stdout up to a line.
func (p *process) awaitLine(t *testing.T, want string) {
	t.Helper()
	for line := ""; line != want; {
		var err error
		if line, err = p.stdout.ReadString('\n'); err != nil {
			t.Fatalf("%q did not come: %v", want, err)
		}
	}
}

// allOutput reads stdout to its end.
func (p *process) allOutput(t *testing.T) string {
	t.Helper()
	data, err := io.ReadAll(p.stdout)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// buffer is written by the process while the test reads it.
type buffer struct {
	mu      sync.Mutex
	data    bytes.Buffer
	written *sync.Cond
}

func newBuffer() *buffer {
	b := &buffer{}
	b.written = sync.NewCond(&b.mu)
	return b
}

func (b *buffer) Write(data []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.written.Broadcast()
	return b.data.Write(data)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.String()
}

// await returns when the text was written.
func (b *buffer) await(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for !strings.Contains(b.data.String(), text) {
		b.written.Wait()
	}
}

// authority signs certificates as Gaia does.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Organization: []string{"gaia-pipeline"}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	data, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(data)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{certificate, key}
}

// issue returns a certificate and its key, as PEM.
func (a *authority) issue(t *testing.T, name string) (certificate, key []byte) {
	t.Helper()
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name},
		DNSNames:  []string{"gaia-pipeline.io", "unused"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	data, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &own.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		t.Fatal(err)
	}
	return pemOf("CERTIFICATE", data), pemOf("PRIVATE KEY", private)
}

func pemOf(kind string, data []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data})
}

// environment writes what a program needs to files and names them.
func (a *authority) environment(t *testing.T) []string {
	t.Helper()
	certificate, key := a.issue(t, "program")
	folder := t.TempDir()
	var variables []string
	for _, file := range []struct {
		variable string
		data     []byte
	}{{certVariable, certificate}, {keyVariable, key}, {caVariable, pemOf("CERTIFICATE", a.certificate.Raw)}} {
		path := filepath.Join(folder, file.variable)
		if err := os.WriteFile(path, file.data, 0o600); err != nil {
			t.Fatal(err)
		}
		variables = append(variables, file.variable+"="+path)
	}
	return variables
}

// security is that of a host.
func (a *authority) security(t *testing.T) *tls.Config {
	t.Helper()
	pair, err := tls.X509KeyPair(a.issue(t, "host"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: pool, ServerName: "unused"}
}

// served is a program that was started, and the connection of its host.
type served struct {
	*process
	*grpc.ClientConn
	authority *authority
	address   string
}

// open starts a program as Gaia does, reads its handshake and connects.
func open(t *testing.T, program string) *served {
	t.Helper()
	a := newAuthority(t)
	p := start(t, program, a.environment(t))
	line, err := p.stdout.ReadString('\n')
	if err != nil {
		t.Fatalf("no handshake: %v\n%s", err, p.stderr)
	}
	parts := strings.Split(strings.TrimSuffix(line, "\n"), "|")
	if len(parts) != 5 || strings.Join(parts[:3], "|") != "1|2|tcp" || parts[4] != "grpc" || !strings.HasPrefix(parts[3], "127.0.0.1:") {
		t.Fatalf("the handshake is %q", line)
	}
	return &served{p, dial(t, parts[3], a.security(t)), a, parts[3]}
}

func dial(t *testing.T, address string, security *tls.Config) *grpc.ClientConn {
	t.Helper()
	connection, err := grpc.NewClient(address,
		grpc.WithTransportCredentials(credentials.NewTLS(security)),
		grpc.WithAuthority("unused"),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(wire.Codec{}), grpc.MaxCallRecvMsgSize(math.MaxInt32)),
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	return connection
}

func (h *served) execute(id uint32, arguments ...wire.Argument) (*wire.JobResult, error) {
	result := &wire.JobResult{}
	err := h.Invoke(context.Background(), "/proto.Plugin/ExecuteJob", &wire.Job{UniqueID: id, Args: arguments}, result)
	return result, err
}
