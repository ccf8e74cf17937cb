// For node.exe under the recorder: a web server that asks itself 1,000 times over the loopback, eight at a time, says so and ends.
const http = require('http');
const server = http.createServer((question, answer) => answer.end('x')).listen(0, '127.0.0.1', () => {
    const port = server.address().port, agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
    let sent = 0, done = 0;
    function ask() {
        if (sent === 1000) return;
        ++sent;
        http.get({ port, agent, host: '127.0.0.1' }, answer => answer.resume().on('end', () => {
            if (++done === 1000) { console.log('served ' + done); agent.destroy(); server.close(() => process.exit(0)); } else ask();
        }));
    }
    for (let i = 0; i < 8; ++i) ask();
});
